//! How findings are told: a line each for people, one document for programs, an exit code for the
//! shell.

use anstyle::AnsiColor;
use serde_json::Value;
use serde_json::json;

use crate::cli::doctor::Area;
use crate::cli::doctor::Section;
use crate::cli::exit::Exit;
use crate::cli::view::one_line;
use crate::publish::checkup::Cure;
use crate::publish::checkup::Finding;
use crate::publish::checkup::Grade;

/// The columns of the longest grade.
const GRADE_COLUMNS: usize = 7;

/// Returns how the command ends: a log-in that is needed outweighs other troubles.
pub(crate) fn exit(sections: &[Section<'_>]) -> Exit {
    let troubles = findings(sections).filter(|finding| finding.grade == Grade::Trouble);
    let exits = troubles.map(|finding| match finding.cure {
        Cure::LogIn => Exit::LoginNeeded,
        Cure::Other => Exit::Failed,
    });
    exits.max().unwrap_or(Exit::Done)
}

/// Returns the document of `--json`.
pub(crate) fn document(sections: &[Section<'_>]) -> Value {
    let checks: Vec<Value> = sections.iter().flat_map(checks).collect();
    json!({ "checks": checks, "ok": exit(sections) == Exit::Done })
}

fn checks<'a>(section: &'a Section<'_>) -> impl Iterator<Item = Value> + 'a {
    let account = match section.area {
        Area::Account(account) => Some(account.name.to_string()),
        _ => None,
    };
    section.findings.iter().map(move |finding| {
        json!({
            "area": section.area.name(),
            "account": account,
            "subject": finding.subject,
            "verdict": finding.grade.name(),
            "message": finding.message,
            "hints": finding.hints,
        })
    })
}

/// Returns the findings as people read them.
pub(crate) fn words(sections: &[Section<'_>]) -> String {
    let subjects = findings(sections).map(|finding| finding.subject.len());
    let columns = subjects.max().unwrap_or_default();
    let mut text = String::new();
    for section in sections {
        text.push_str(&format!("{}\n", section.area.heading()));
        for finding in &section.findings {
            let message = one_line(&finding.message);
            let (sign, subject) = (sign(finding.grade), finding.subject);
            text.push_str(&format!("  {sign}  {subject:columns$}  {message}\n"));
            for hint in &finding.hints {
                let indent = " ".repeat(2 + GRADE_COLUMNS + 2);
                text.push_str(&format!("{indent}hint: {}\n", one_line(hint)));
            }
        }
    }
    text + &closing(sections)
}

fn closing(sections: &[Section<'_>]) -> String {
    let count = |grade| findings(sections).filter(|it| it.grade == grade).count();
    let told = |count, one: &str| match count {
        1 => format!("1 {one}"),
        many => format!("{many} {one}s"),
    };
    match (count(Grade::Trouble), count(Grade::Warning)) {
        (0, 0) => "nothing is wrong".to_owned(),
        (0, warnings) => format!("nothing is wrong; {}", told(warnings, "warning")),
        (troubles, 0) => told(troubles, "trouble"),
        (troubles, warnings) => {
            format!(
                "{}, {}",
                told(troubles, "trouble"),
                told(warnings, "warning")
            )
        }
    }
}

fn sign(grade: Grade) -> String {
    let color = match grade {
        Grade::Fine => AnsiColor::Green,
        Grade::Skipped => AnsiColor::BrightBlack,
        Grade::Warning => AnsiColor::Yellow,
        Grade::Trouble => AnsiColor::Red,
    };
    let style = color.on_default();
    let word = format!("{:GRADE_COLUMNS$}", grade.name());
    format!("{style}{word}{style:#}")
}

fn findings<'a>(sections: &'a [Section<'_>]) -> impl Iterator<Item = &'a Finding> {
    sections.iter().flat_map(|section| &section.findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(findings: Vec<Finding>, closing_line: &str, code: Exit) {
        let area = Area::Outbox;
        let sections = [Section { area, findings }];
        assert_eq!(closing(&sections), closing_line);
        assert_eq!(exit(&sections), code);
        assert_eq!(document(&sections)["ok"], code == Exit::Done);
    }

    #[test]
    fn a_warning_is_no_failure_and_a_log_in_outweighs_other_troubles() {
        let fine = || Finding::fine("file", "is there");
        let warning = || Finding::warning("room", "is short");
        let trouble = || Finding::trouble("file", "is gone");
        let skipped = || Finding::skipped("server", "not asked");
        check(vec![fine(), skipped()], "nothing is wrong", Exit::Done);
        check(
            vec![fine(), warning()],
            "nothing is wrong; 1 warning",
            Exit::Done,
        );
        check(vec![trouble()], "1 trouble", Exit::Failed);
        check(
            vec![warning(), trouble().needs_login(), trouble(), warning()],
            "2 troubles, 2 warnings",
            Exit::LoginNeeded,
        );
        check(
            vec![warning().needs_login()],
            "nothing is wrong; 1 warning",
            Exit::Done,
        );
    }
}
