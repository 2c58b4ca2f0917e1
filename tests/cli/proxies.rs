//! A proxy that the system names: platforms and storages are asked through it, unless they are excepted.

use std::sync::Mutex;
use std::sync::mpsc;

use crate::media::scene;
use crate::server::Server;

#[test]
fn platforms_and_storages_are_asked_through_the_proxy_unless_they_are_excepted() {
    let mut scene = scene();
    scene.world.picture("a.png", 8, 8);
    let (tell, asked) = mpsc::channel();
    let tell = Mutex::new(tell);
    // Nothing is repeated that is forbidden.
    let proxy = Server::start(move |request, _| {
        let tell = tell.lock().expect("a channel");
        tell.send(request.to_owned()).expect("a test that waits");
        (403, String::new())
    });
    scene.world.set("HTTP_PROXY", &proxy.address);
    let upload = ["media", "upload", "a.png"];
    let check = ["account", "check", "mastodon"];
    let _ = scene.world.hayon(upload).code(1);
    let _ = scene.world.hayon(check).any_code([1, 5]);
    let asked: Vec<String> = asked.try_iter().collect();
    for (method, path) in [("PUT", "/temp/"), ("GET", "/api/v1/accounts/")] {
        let through = format!("{method} http://127.0.0.1:");
        let is_so = |it: &&String| it.starts_with(&through) && it.contains(path);
        assert!(
            asked.iter().any(|it| is_so(&it)),
            "{method} {path}: {asked:#?}"
        );
    }

    scene.world.set("NO_PROXY", "127.0.0.1");
    let _ = scene.world.hayon(upload).code(0);
    let _ = scene.world.hayon(check).code(0);
}
