//! Secrets in a keyring that others wrote: gnome-keyring on a session bus of the test's own.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;
use std::process::Command;

use crate::support::Running;
use crate::support::World;
use crate::support::eventually;
use crate::support::run::Ended;
use crate::support::scene::Scene;

const SERVICE: &str = "org.freedesktop.secrets";
const OBJECT: &str = "/org/freedesktop/secrets";
const DEFAULT: &str = "/org/freedesktop/secrets/aliases/default";

/// What shows that a run hung: a keyring has three seconds, and may be asked for two accounts.
const SOON: &str = "exec timeout 15 \"$@\"";

/// A machine with accounts of a sandbox in files, and a session with a keyring.
struct Session {
    scene: Scene,
    world: World,
    keyring: Running,
    _bus: Running,
}

impl Session {
    fn start() -> Self {
        let scene = Scene::new(&[]);
        let mut world = scene.another_machine();
        let config = fs::read_to_string(&scene.sandbox.config).expect("the sandbox's");
        let config = world.write("config.toml", config).display().to_string();
        world.set("HAYON_CONFIG", &config);
        let mut secrets = String::new();
        for account in &scene.sandbox.accounts {
            let (variable, secret) = account.secret_variable();
            for (variable, _) in account.secret_variables() {
                world.unset(&variable);
            }
            let (_, field) = variable.rsplit_once('_').expect("a field");
            let (account, field) = (&account.account, field.to_lowercase());
            secrets.push_str(&format!("[{account}]\n{field} = \"{secret}\"\n"));
        }
        let path = world.write("state/hayon/credentials.toml", secrets);
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("a mode");
        let bus = start_bus(&mut world);
        let keyring = start_keyring(&world);
        Self {
            scene,
            world,
            keyring,
            _bus: bus,
        }
    }

    /// Moves the secrets of the account on `platform`.
    #[track_caller]
    fn move_to(&self, platform: &str, store: &str) -> Ended {
        let arguments = ["account", "move", platform, "--to", store];
        self.world.hayon(arguments).code(0)
    }

    fn in_state(&self, name: &str) -> String {
        fs::read_to_string(self.world.path("state/hayon").join(name)).unwrap_or_default()
    }

    /// Whether the keyring itself says that it has `entry`.
    #[track_caller]
    fn has(&self, entry: &str) -> bool {
        let method = "org.freedesktop.Secret.Service.SearchItems";
        let attributes = format!("dict:string:string:service,hayon,username,{entry}");
        let answer = ask_bus(&self.world, OBJECT, method, &attributes).code(0);
        answer
            .stdout
            .contains("/org/freedesktop/secrets/collection/")
    }

    #[track_caller]
    fn lock(&self) {
        let method = "org.freedesktop.Secret.Service.Lock";
        let what = format!("array:objpath:{DEFAULT}");
        let _ = ask_bus(&self.world, OBJECT, method, &what).code(0);
    }

    /// Stops the keyring as a dead one stands: its socket is there, and it never answers.
    fn freeze(&self) {
        let pid = self.keyring.pid().to_string();
        let status = Command::new("kill").args(["-STOP", &pid]).status();
        assert!(status.expect("`kill`").success());
    }
}

fn start_bus(world: &mut World) -> Running {
    let socket = world.path("bus").display().to_string();
    let address = format!("unix:path={socket}");
    let runtime = world.path("runtime");
    fs::create_dir(&runtime).expect("a new folder");
    fs::set_permissions(&runtime, fs::Permissions::from_mode(0o700)).expect("a mode");
    world.set("XDG_RUNTIME_DIR", &runtime.display().to_string());
    let listen = format!("--address={address}");
    let bus = world.start_program("dbus-daemon", ["--session", "--nofork", &listen]);
    world.set("DBUS_SESSION_BUS_ADDRESS", &address);
    eventually("a session bus", || world.path("bus").exists().then_some(()));
    bus
}

/// Starts the keyring, unlocked by its password as at a log-in.
fn start_keyring(world: &World) -> Running {
    let password = world.write("password", "of the desktop");
    let script = format!(
        "exec gnome-keyring-daemon --foreground --unlock --components=secrets < '{}'",
        password.display()
    );
    let keyring = world.start_program("/bin/sh", ["-c", &script]);
    let method = "org.freedesktop.DBus.NameHasOwner";
    eventually("a keyring", || {
        let name = format!("string:{SERVICE}");
        let arguments = ["--session", "--print-reply", "--dest=org.freedesktop.DBus"];
        let rest = ["/org/freedesktop/DBus", method, &name];
        let asked = world.start_program("dbus-send", arguments.into_iter().chain(rest));
        let answer = asked.wait().any_code([0, 1]);
        answer.stdout.contains("boolean true").then_some(())
    });
    keyring
}

fn ask_bus(world: &World, object: &str, method: &str, argument: &str) -> crate::support::run::Run {
    let destination = format!("--dest={SERVICE}");
    let arguments = [
        "--session",
        "--print-reply",
        &destination,
        object,
        method,
        argument,
    ];
    world.start_program("dbus-send", arguments).wait()
}

#[test]
fn secrets_and_sessions_go_to_the_keyring_work_from_there_and_come_back() {
    let session = Session::start();
    let (scene, world) = (&session.scene, &session.world);
    let secret = |platform: &str| scene.sandbox.account(platform).secret.clone();
    let _ = world.hayon(["post", "First", "--to", "bluesky"]).code(0);
    assert!(session.in_state("sessions.toml").contains("[bluesky."));
    for platform in ["mastodon", "bluesky", "threads"] {
        let said = session.move_to(platform, "keyring");
        assert!(said.stdout.contains("are in the keyring now"), "{said}");
        assert!(
            !session
                .in_state("credentials.toml")
                .contains(&secret(platform))
        );
    }
    assert!(session.has("mastodon/token") && session.has("bluesky/password"));
    assert!(session.has("bluesky/session"));
    assert!(!session.in_state("sessions.toml").contains("[bluesky."));
    let to = ["--to", "mastodon,bluesky,threads"];
    let post = ["post", "Second"].into_iter().chain(to);
    let said = world.hayon(post.chain(["-vv"])).code(0);
    assert!(!said.stderr.contains(&secret("mastodon")), "{said}");
    let _ = world.hayon(["account", "refresh", "threads"]).code(0);
    let third = ["post", "Third"].into_iter().chain(to);
    let _ = world.hayon(third).code(0);
    for platform in ["mastodon", "threads"] {
        assert_eq!(scene.public(platform).len(), 2, "{platform}");
    }
    assert_eq!(scene.public("bluesky").len(), 3);
    let log_ins = scene.requests("acted", "POST", "/xrpc/com.atproto.server.createSession");
    assert_eq!(log_ins.len(), 1, "the session was not used again");
    assert_eq!(
        session.in_state("sessions.toml").matches("access").count(),
        0
    );
    let list = world.hayon(["account", "list"]).code(0).stdout;
    assert_eq!(list.matches("in the keyring").count(), 3, "{list}");
    assert!(list.contains(" d left"), "{list}");

    // As if it had been killed before the old place had forgotten.
    let old = session.in_state("credentials.toml");
    let old = format!("{old}[mastodon]\ntoken = \"{}\"\n", secret("mastodon"));
    world.write("state/hayon/credentials.toml", old);
    let _ = session.move_to("mastodon", "keyring");
    assert!(!session.in_state("credentials.toml").contains("[mastodon]"));

    for platform in ["bluesky", "threads"] {
        let _ = session.move_to(platform, "file");
        assert!(
            session
                .in_state("credentials.toml")
                .contains(&secret(platform))
        );
    }
    assert!(!session.has("bluesky/password") && !session.has("bluesky/session"));
    let fourth = ["post", "Fourth"].into_iter().chain(to);
    let _ = world.hayon(fourth).code(0);
    let log_ins = scene.requests("acted", "POST", "/xrpc/com.atproto.server.createSession");
    assert_eq!(log_ins.len(), 1, "the session did not come back");

    let _ = world
        .hayon(["account", "remove", "mastodon", "--yes"])
        .code(0);
    assert!(!session.has("mastodon/token"));
    let list = world.hayon(["account", "list"]).code(0).stdout;
    assert!(!list.contains("mastodon"), "{list}");
}

#[test]
fn a_keyring_that_is_locked_or_dead_is_told_soon_and_holds_nobody_else_up() {
    let session = Session::start();
    let (scene, world) = (&session.scene, &session.world);
    let _ = session.move_to("mastodon", "keyring");
    let both = ["post", "Hello", "--to", "mastodon,bluesky", "--queue"];
    let _ = world.hayon(both).code(0);
    session.lock();
    let words = "the keyring is locked";
    let said = world
        .shell(SOON, ["post", "Alone", "--to", "mastodon"])
        .code(5);
    assert!(said.stderr.contains(&format!("error: {words}")), "{said}");
    assert!(said.stderr.contains("hint: unlock the keyring"), "{said}");
    let list = world.shell(SOON, ["account", "list"]).code(0);
    assert!(list.stdout.contains("unknown"), "{list}");
    let away = ["account", "move", "bluesky", "--to", "keyring"];
    let said = world.shell(SOON, away).code(5);
    assert!(said.stderr.contains(words), "{said}");
    let secret = &scene.sandbox.account("bluesky").secret;
    assert!(session.in_state("credentials.toml").contains(secret));
    session.freeze();
    let words = "the keyring did not answer within 3 seconds";
    let doctor = world.shell(SOON, ["doctor", "--offline"]).code(5);
    assert!(doctor.stdout.contains(words), "{doctor}");
    let said = world.shell(SOON, ["daemon", "--once"]).any_code([5, 6]);
    assert!(said.stderr.contains(words), "{said}");
    assert_eq!(scene.public("bluesky").len(), 1);
    assert_eq!(scene.public("mastodon").len(), 0);
}

#[test]
fn a_log_in_goes_to_the_keyring_and_where_none_serves_to_the_file_which_is_said() {
    let session = Session::start();
    let account = session.scene.sandbox.account("mastodon");
    let instance = &session.scene.sandbox.address;
    let add = |name: &'static str| {
        let always = ["account", "add", "mastodon", "--instance", instance];
        let rest = ["--secret-stdin", "--name", name];
        let arguments = always.into_iter().chain(rest);
        session.world.hayon_reading(&account.secret, arguments)
    };
    let said = add("one").code(0);
    assert!(
        said.stdout.contains("its secrets are in the keyring"),
        "{said}"
    );
    assert!(session.has("one/token"));
    assert!(!session.in_state("credentials.toml").contains("[one]"));
    let said = session
        .world
        .hayon(["post", "Hello", "--to", "one"])
        .code(0);
    assert!(said.stderr.is_empty(), "{said}");
    session.lock();
    let said = add("two").code(0);
    assert!(said.stderr.contains("the keyring is locked"), "{said}");
    assert!(
        said.stderr
            .contains("kept in a file that only you can read"),
        "{said}"
    );
    assert!(session.in_state("credentials.toml").contains("[two]"));
}

#[test]
fn a_bus_that_accepts_and_never_answers_is_given_up_on() {
    let mut world = World::new();
    let path = world.path("silent");
    let _listener = UnixListener::bind(&path).expect("a socket");
    world.set(
        "DBUS_SESSION_BUS_ADDRESS",
        &format!("unix:path={}", path.display()),
    );
    world.set("HAYON_MASTODON_INSTANCE", "https://m.example");
    world.set("HAYON_MASTODON_SECRETS", "keyring");
    let said = world.shell(SOON, ["post", "Hello"]).code(5);
    assert!(
        said.stderr.contains("did not answer within 3 seconds"),
        "{said}"
    );
}
