
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'hayon' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'hayon'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'hayon' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: `$HAYON_CONFIG`, else the user''s own]')
            [CompletionResult]::new('--outbox', '--outbox', [CompletionResultType]::ParameterName, 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration''s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on stdout; errors are one on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('post', 'post', [CompletionResultType]::ParameterValue, 'Publish a post now, or queue it for later')
            [CompletionResult]::new('submit', 'submit', [CompletionResultType]::ParameterValue, 'Queue a draft: a daemon publishes it, now or at its time')
            [CompletionResult]::new('edit', 'edit', [CompletionResultType]::ParameterValue, 'Change a draft, or a post of which nothing was sent yet')
            [CompletionResult]::new('reschedule', 'reschedule', [CompletionResultType]::ParameterValue, 'Move a post to another time')
            [CompletionResult]::new('validate', 'validate', [CompletionResultType]::ParameterValue, 'Say what each account would get, and everything that is wrong with it')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List posts in the order of their time')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show a post and every attempt at it')
            [CompletionResult]::new('cancel', 'cancel', [CompletionResultType]::ParameterValue, 'Cancel what of a post has not been sent')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Forget a draft, or a post that has ended, and its pictures')
            [CompletionResult]::new('retry', 'retry', [CompletionResultType]::ParameterValue, 'Queue parked deliveries of a post again')
            [CompletionResult]::new('resolve', 'resolve', [CompletionResultType]::ParameterValue, 'Say what became of a delivery that is in doubt')
            [CompletionResult]::new('daemon', 'daemon', [CompletionResultType]::ParameterValue, 'Deliver what is queued, as it falls due')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Look at everything that posts depend on, and say what is wrong')
            [CompletionResult]::new('media', 'media', [CompletionResultType]::ParameterValue, 'Upload pictures and videos, and look after the media store')
            [CompletionResult]::new('sandbox', 'sandbox', [CompletionResultType]::ParameterValue, 'Serve platforms on loopback, to try hayon without an account')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the script with which a shell completes commands, flags, paths, accounts and posts')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page of hayon')
            break
        }
        'hayon;post' {
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'An account, a platform, or `all`; repeatable, or separated by commas')
            [CompletionResult]::new('--media', '--media', [CompletionResultType]::ParameterName, 'A picture; repeatable, shown in this order')
            [CompletionResult]::new('--alt', '--alt', [CompletionResultType]::ParameterName, 'What the picture before it shows, for those who cannot see it')
            [CompletionResult]::new('--fit', '--fit', [CompletionResultType]::ParameterName, 'What to do with a picture whose shape a platform refuses [default: the configuration''s, else refuse]')
            [CompletionResult]::new('--text-for', '--text-for', [CompletionResultType]::ParameterName, 'Another text for one account; repeatable')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'The language of the text, such as `en` or `pt-BR`')
            [CompletionResult]::new('--visibility', '--visibility', [CompletionResultType]::ParameterName, 'Who may see it (Mastodon)')
            [CompletionResult]::new('--cw', '--cw', [CompletionResultType]::ParameterName, 'A content warning, shown instead of the text until the reader asks (Mastodon)')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'Read the draft from a file, with `+++` front matter or without; `-` is stdin')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'Your own name for this post: the same key never publishes a second one')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Publish at this time, such as `tomorrow 9:00`; a daemon does it')
            [CompletionResult]::new('--tz', '--tz', [CompletionResultType]::ParameterName, 'The zone of a time that names none, such as `Europe/Berlin` [default: this machine''s]')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Keep trying for this long, such as `10m`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: `$HAYON_CONFIG`, else the user''s own]')
            [CompletionResult]::new('--outbox', '--outbox', [CompletionResultType]::ParameterName, 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration''s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'Queue it: a daemon publishes it')
            [CompletionResult]::new('--draft', '--draft', [CompletionResultType]::ParameterName, 'Save it as a draft, for `hayon edit` and `hayon submit`; nothing is sent')
            [CompletionResult]::new('--again', '--again', [CompletionResultType]::ParameterName, 'Post it though another post says the same, to the same account, within ten minutes')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Check it and show what each account would get; store and send nothing')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on stdout; errors are one on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'hayon;submit' {
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Publish at this time, such as `tomorrow 9:00`, or `now` [default: the draft''s own, else now]')
            [CompletionResult]::new('--tz', '--tz', [CompletionResultType]::ParameterName, 'The zone of a time that names none, such as `Europe/Berlin` [default: this machine''s]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: `$HAYON_CONFIG`, else the user''s own]')
            [CompletionResult]::new('--outbox', '--outbox', [CompletionResultType]::ParameterName, 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration''s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--again', '--again', [CompletionResultType]::ParameterName, 'Submit it though another post says the same, to the same account, within ten minutes')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on stdout; errors are one on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'hayon;edit' {
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'An account, a platform, or `all`; repeatable, or separated by commas')
            [CompletionResult]::new('--media', '--media', [CompletionResultType]::ParameterName, 'A picture; repeatable, shown in this order')
            [CompletionResult]::new('--alt', '--alt', [CompletionResultType]::ParameterName, 'What the picture before it shows, for those who cannot see it')
            [CompletionResult]::new('--fit', '--fit', [CompletionResultType]::ParameterName, 'What to do with a picture whose shape a platform refuses [default: the configuration''s, else refuse]')
            [CompletionResult]::new('--text-for', '--text-for', [CompletionResultType]::ParameterName, 'Another text for one account; repeatable')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'The language of the text, such as `en` or `pt-BR`')
            [CompletionResult]::new('--visibility', '--visibility', [CompletionResultType]::ParameterName, 'Who may see it (Mastodon)')
            [CompletionResult]::new('--cw', '--cw', [CompletionResultType]::ParameterName, 'A content warning, shown instead of the text until the reader asks (Mastodon)')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'Read all of it from a file, with `+++` front matter or without; `-` is stdin')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: `$HAYON_CONFIG`, else the user''s own]')
            [CompletionResult]::new('--outbox', '--outbox', [CompletionResultType]::ParameterName, 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration''s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--no-media', '--no-media', [CompletionResultType]::ParameterName, 'Leave every picture out')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on stdout; errors are one on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'hayon;reschedule' {
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'The new time, such as `tomorrow 9:00`, or `now`')
            [CompletionResult]::new('--tz', '--tz', [CompletionResultType]::ParameterName, 'The zone of a time that names none, such as `Europe/Berlin` [default: this machine''s]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: `$HAYON_CONFIG`, else the user''s own]')
            [CompletionResult]::new('--outbox', '--outbox', [CompletionResultType]::ParameterName, 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration''s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on stdout; errors are one on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'hayon;validate' {
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'An account, a platform, or `all`; repeatable, or separated by commas')
            [CompletionResult]::new('--media', '--media', [CompletionResultType]::ParameterName, 'A picture; repeatable, shown in this order')
            [CompletionResult]::new('--alt', '--alt', [CompletionResultType]::ParameterName, 'What the picture before it shows, for those who cannot see it')
            [CompletionResult]::new('--fit', '--fit', [CompletionResultType]::ParameterName, 'What to do with a picture whose shape a platform refuses [default: the configuration''s, else refuse]')
            [CompletionResult]::new('--text-for', '--text-for', [CompletionResultType]::ParameterName, 'Another text for one account; repeatable')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'The language of the text, such as `en` or `pt-BR`')
            [CompletionResult]::new('--visibility', '--visibility', [CompletionResultType]::ParameterName, 'Who may see it (Mastodon)')
            [CompletionResult]::new('--cw', '--cw', [CompletionResultType]::ParameterName, 'A content warning, shown instead of the text until the reader asks (Mastodon)')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'Read the draft from a file, with `+++` front matter or without; repeatable')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: `$HAYON_CONFIG`, else the user''s own]')
            [CompletionResult]::new('--outbox', '--outbox', [CompletionResultType]::ParameterName, 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration''s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use the built-in limits; ask no server')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on stdout; errors are one on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'hayon;list' {
            [CompletionResult]::new('--status', '--status', [CompletionResultType]::ParameterName, 'Only posts with this status; repeatable, or separated by commas')
            [CompletionResult]::new('--account', '--account', [CompletionResultType]::ParameterName, 'Only posts to this account; repeatable, or separated by commas')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only posts that are due then or later, such as `yesterday`')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Only posts that are due before then, such as `friday`')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Only those parked for this reason')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'At most this many, the last by their time')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: `$HAYON_CONFIG`, else the user''s own]')
            [CompletionResult]::new('--outbox', '--outbox', [CompletionResultType]::ParameterName, 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration''s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--parked', '--parked', [CompletionResultType]::ParameterName, 'Only posts with a delivery that waits for a person')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on stdout; errors are one on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'hayon;show' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: `$HAYON_CONFIG`, else the user''s own]')
            [CompletionResult]::new('--outbox', '--outbox', [CompletionResultType]::ParameterName, 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration''s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on stdout; errors are one on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'hayon;cancel' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: `$HAYON_CONFIG`, else the user''s own]')
            [CompletionResult]::new('--outbox', '--outbox', [CompletionResultType]::ParameterName, 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration''s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on stdout; errors are one on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'hayon;delete' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: `$HAYON_CONFIG`, else the user''s own]')
            [CompletionResult]::new('--outbox', '--outbox', [CompletionResultType]::ParameterName, 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration''s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on stdout; errors are one on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'hayon;retry' {
            [CompletionResult]::new('--account', '--account', [CompletionResultType]::ParameterName, 'Only the delivery for this account')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: `$HAYON_CONFIG`, else the user''s own]')
            [CompletionResult]::new('--outbox', '--outbox', [CompletionResultType]::ParameterName, 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration''s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on stdout; errors are one on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'hayon;resolve' {
            [CompletionResult]::new('--account', '--account', [CompletionResultType]::ParameterName, 'The account in question')
            [CompletionResult]::new('--published', '--published', [CompletionResultType]::ParameterName, 'It is public, at this address')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: `$HAYON_CONFIG`, else the user''s own]')
            [CompletionResult]::new('--outbox', '--outbox', [CompletionResultType]::ParameterName, 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration''s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--not-published', '--not-published', [CompletionResultType]::ParameterName, 'It is not public: queue it again')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on stdout; errors are one on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'hayon;daemon' {
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'With `--once`: keep trying for this long, such as `5m`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: `$HAYON_CONFIG`, else the user''s own]')
            [CompletionResult]::new('--outbox', '--outbox', [CompletionResultType]::ParameterName, 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration''s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--once', '--once', [CompletionResultType]::ParameterName, 'Deliver what is due, then end')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on stdout; errors are one on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'hayon;doctor' {
            [CompletionResult]::new('--account', '--account', [CompletionResultType]::ParameterName, 'Look at these accounts only, by name or platform; repeatable, or separated by commas')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: `$HAYON_CONFIG`, else the user''s own]')
            [CompletionResult]::new('--outbox', '--outbox', [CompletionResultType]::ParameterName, 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration''s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Ask no server')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on stdout; errors are one on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'hayon;media' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: `$HAYON_CONFIG`, else the user''s own]')
            [CompletionResult]::new('--outbox', '--outbox', [CompletionResultType]::ParameterName, 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration''s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on stdout; errors are one on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('upload', 'upload', [CompletionResultType]::ParameterValue, 'Upload pictures and videos, and print their keys')
            [CompletionResult]::new('presign', 'presign', [CompletionResultType]::ParameterValue, 'Print an address to which anybody can upload one file')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List what is in the media store, in the order of the keys')
            [CompletionResult]::new('url', 'url', [CompletionResultType]::ParameterValue, 'Print an address from which anybody can fetch what is under a key')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete something from the media store that no post has')
            [CompletionResult]::new('setup', 'setup', [CompletionResultType]::ParameterValue, 'Write the bucket''s rules: who may upload from a web page, and what is thrown away')
            break
        }
        'hayon;media;upload' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: `$HAYON_CONFIG`, else the user''s own]')
            [CompletionResult]::new('--outbox', '--outbox', [CompletionResultType]::ParameterName, 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration''s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--give-up', '--give-up', [CompletionResultType]::ParameterName, 'Upload nothing; delete what is there of interrupted uploads of these files')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on stdout; errors are one on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'hayon;media;presign' {
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'What the file is, where its name does not say so')
            [CompletionResult]::new('--expires', '--expires', [CompletionResultType]::ParameterName, 'How long the address works, such as `1h`; 7 days at most')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: `$HAYON_CONFIG`, else the user''s own]')
            [CompletionResult]::new('--outbox', '--outbox', [CompletionResultType]::ParameterName, 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration''s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on stdout; errors are one on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'hayon;media;list' {
            [CompletionResult]::new('--prefix', '--prefix', [CompletionResultType]::ParameterName, 'Only keys that begin with this, such as `temp/` or `posts/alice/`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: `$HAYON_CONFIG`, else the user''s own]')
            [CompletionResult]::new('--outbox', '--outbox', [CompletionResultType]::ParameterName, 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration''s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on stdout; errors are one on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'hayon;media;url' {
            [CompletionResult]::new('--expires', '--expires', [CompletionResultType]::ParameterName, 'How long a signed address works, such as `15m`; 7 days at most')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: `$HAYON_CONFIG`, else the user''s own]')
            [CompletionResult]::new('--outbox', '--outbox', [CompletionResultType]::ParameterName, 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration''s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on stdout; errors are one on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'hayon;media;delete' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: `$HAYON_CONFIG`, else the user''s own]')
            [CompletionResult]::new('--outbox', '--outbox', [CompletionResultType]::ParameterName, 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration''s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on stdout; errors are one on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'hayon;media;setup' {
            [CompletionResult]::new('--cors-origin', '--cors-origin', [CompletionResultType]::ParameterName, 'Where pages come from that may upload, such as `https://app.example.com`; repeatable')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: `$HAYON_CONFIG`, else the user''s own]')
            [CompletionResult]::new('--outbox', '--outbox', [CompletionResultType]::ParameterName, 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration''s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be written; write nothing')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on stdout; errors are one on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'hayon;sandbox' {
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'The port on 127.0.0.1; 0 takes any that is free')
            [CompletionResult]::new('--s3-port', '--s3-port', [CompletionResultType]::ParameterName, 'The port of S3 on 127.0.0.1; 0 takes any that is free')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Let a request go wrong; repeatable')
            [CompletionResult]::new('--latency', '--latency', [CompletionResultType]::ParameterName, 'How long every request takes, such as `50ms`')
            [CompletionResult]::new('--mastodon-version', '--mastodon-version', [CompletionResultType]::ParameterName, 'The Mastodon that is imitated: 4.5 or 4.6')
            [CompletionResult]::new('--media-delay-polls', '--media-delay-polls', [CompletionResultType]::ParameterName, 'How often Mastodon says that an upload, and Instagram and Threads that a container, is not ready')
            [CompletionResult]::new('--graph', '--graph', [CompletionResultType]::ParameterName, 'How Instagram, Threads and Facebook behave; repeatable')
            [CompletionResult]::new('--access-lifetime', '--access-lifetime', [CompletionResultType]::ParameterName, 'How long a Bluesky access token lives')
            [CompletionResult]::new('--log', '--log', [CompletionResultType]::ParameterName, 'Write a line of JSON for every request')
            [CompletionResult]::new('--dir', '--dir', [CompletionResultType]::ParameterName, 'Keep the configuration, outbox and media of the sandbox''s accounts here, not in a temporary folder')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: `$HAYON_CONFIG`, else the user''s own]')
            [CompletionResult]::new('--outbox', '--outbox', [CompletionResultType]::ParameterName, 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration''s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--demo', '--demo', [CompletionResultType]::ParameterName, 'Publish `examples/hello.md` to every platform here, read it back, and end')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'With `--demo`: go on serving')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on stdout; errors are one on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'hayon;completions' {
            [CompletionResult]::new('--dir', '--dir', [CompletionResultType]::ParameterName, 'Write the scripts of all shells into this folder')
            [CompletionResult]::new('--candidates', '--candidates', [CompletionResultType]::ParameterName, 'Print what the scripts offer: the accounts or posts that there are, a line each')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: `$HAYON_CONFIG`, else the user''s own]')
            [CompletionResult]::new('--outbox', '--outbox', [CompletionResultType]::ParameterName, 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration''s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on stdout; errors are one on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'hayon;man' {
            [CompletionResult]::new('--dir', '--dir', [CompletionResultType]::ParameterName, 'Write the page of every command into this folder')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: `$HAYON_CONFIG`, else the user''s own]')
            [CompletionResult]::new('--outbox', '--outbox', [CompletionResultType]::ParameterName, 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration''s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on stdout; errors are one on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Trace requests and decisions on stderr; twice for more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
