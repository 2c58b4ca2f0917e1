"use strict";
(() => {
  const POLL_EVERY_MS = 1000;
  const POLL_RARELY_MS = 15000;
  const MINUTE_MS = 60000;

  const byId = (id) => document.getElementById(id);
  const list = byId("posts");
  const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

  // Text of a post only ever becomes text: `append` makes text nodes of strings.
  const element = (name, attributes, ...children) => {
    const made = document.createElement(name);
    for (const [attribute, value] of Object.entries(attributes)) {
      if (value !== null && value !== undefined) made.setAttribute(attribute, value);
    }
    made.append(...children);
    return made;
  };

  const run = (run) => {
    switch (run.kind) {
      case "link":
        return element("a", { href: run.href, rel: "nofollow noreferrer" }, run.text);
      case "mention":
      case "hashtag":
        return element("span", { class: run.kind }, run.text);
      default:
        return run.text;
    }
  };

  const figure = ({ url, alt, width, height }) => {
    const caption = alt === ""
      ? element("figcaption", { class: "bare" }, "Without a description")
      : element("figcaption", { "aria-hidden": "true", dir: "auto" }, element("b", {}, "Alt"), ` ${alt}`);
    const isSized = width !== null && height !== null;
    const size = isSized ? { width, height } : {};
    const picture = element("img", { src: url, alt, ...size });
    return element("li", {}, element("figure", {}, picture, caption));
  };

  const card = ({ url, site, title, description, picture }) => {
    const part = (kind, text) => element("span", { class: kind, dir: "auto" }, text);
    const parts = [part("site", site), part("title", title)];
    if (picture !== null) parts.unshift(element("img", { src: picture, alt: "" }));
    if (description !== "") parts.push(part("description", description));
    return element("a", { class: "card", href: url, rel: "nofollow noreferrer" }, ...parts);
  };

  const header = (post) => {
    const time = element("time", { datetime: post.at });
    const where = element(
      "p",
      { class: "where" },
      element("span", { class: "network" }, post.network),
      element("a", { href: post.url }, time),
    );
    if (post.audience !== null) where.append(element("span", { class: "audience" }, post.audience));
    const initial = [...post.account].slice(0, 1).join("").toUpperCase();
    return element(
      "header",
      {},
      element("span", { class: "face", "aria-hidden": "true" }, initial),
      element("h2", {}, `@${post.account}`),
      where,
    );
  };

  const content = (post) => {
    const parts = [];
    if (post.text.length > 0) {
      parts.push(element("p", { class: "text", dir: "auto", lang: post.lang }, ...post.text.map(run)));
    }
    if (post.pictures.length > 0) {
      const attributes = { class: "pictures", role: "list", "data-count": post.pictures.length };
      parts.push(element("ul", attributes, ...post.pictures.map(figure)));
    }
    if (post.card !== null) parts.push(card(post.card));
    if (post.warning === null) return parts;
    const summary = element(
      "summary",
      {},
      element("span", {}, "Content warning:"),
      " ",
      element("bdi", {}, post.warning),
    );
    return [element("details", {}, summary, ...parts)];
  };

  const idOf = (post) => `${post.platform}:${post.id}`;

  const item = (post) => {
    const label = `@${post.account} on ${post.network}`;
    const article = element(
      "article",
      { "data-platform": post.platform, "aria-label": label },
      header(post),
      ...content(post),
    );
    return element("li", { "data-id": idOf(post), "data-mark": post.mark }, article);
  };

  const when = (iso) => {
    const then = new Date(iso);
    const minutes = Math.floor((Date.now() - then) / MINUTE_MS);
    if (minutes === 0) return "just now";
    if (minutes > 0 && minutes < 60) return `${minutes} min ago`;
    return day.format(then);
  };

  // Only what has changed is touched: a selection, an open warning and the scroll position stay.
  const write = (node, text) => {
    if (node.textContent !== text) node.textContent = text;
  };

  const tellTimes = () => {
    for (const time of list.getElementsByTagName("time")) {
      write(time, when(time.dateTime));
      const whole = new Date(time.dateTime).toString();
      if (time.title !== whole) time.title = whole;
    }
  };

  const announce = (posts) => {
    const [newest] = posts;
    if (posts.length === 1) write(byId("news"), `New on ${newest.network}: @${newest.account}`);
    if (posts.length > 1) write(byId("news"), `${posts.length} new posts`);
  };

  const tellCount = (shown, total) => {
    const posts = total === 1 ? "1 post" : `${total} posts`;
    write(byId("count"), shown < total ? `${posts}, the newest ${shown} are shown` : posts);
    byId("bar").hidden = shown === 0;
    byId("empty").hidden = shown > 0;
  };

  const patch = ({ posts, total }) => {
    const shown = new Map([...list.children].map((li) => [li.dataset.id, li]));
    const added = posts.filter((post) => !shown.has(idOf(post)));
    const wanted = posts.map((post) => {
      const old = shown.get(idOf(post));
      return old?.dataset.mark === post.mark ? old : item(post);
    });
    const kept = new Set(wanted);
    for (const old of shown.values()) {
      if (!kept.has(old)) old.remove();
    }
    wanted.forEach((li, at) => {
      if (list.children[at] !== li) list.insertBefore(li, list.children[at] ?? null);
    });
    const fresh = new Set(added.map(idOf));
    for (const li of wanted) {
      if (fresh.has(li.dataset.id)) li.classList.add("fresh");
    }
    tellCount(posts.length, total);
    tellTimes();
    announce(added);
  };

  let tag = "";
  let pause = POLL_EVERY_MS;
  let timer = 0;

  const poll = async () => {
    const headers = tag === "" ? {} : { "If-None-Match": tag };
    try {
      const answer = await fetch("/timeline.json", { headers, cache: "no-store" });
      if (answer.status === 200) {
        patch(await answer.json());
        tag = answer.headers.get("ETag") ?? "";
      }
      pause = POLL_EVERY_MS;
      write(byId("state"), "");
    } catch {
      pause = Math.min(pause * 2, POLL_RARELY_MS);
      write(byId("state"), "The sandbox does not answer. This is how it was.");
    }
    tellTimes();
  };

  // Nobody looks at a hidden page, so it asks for nothing.
  const turn = async () => {
    clearTimeout(timer);
    if (!document.hidden) await poll();
    clearTimeout(timer);
    timer = setTimeout(turn, pause);
  };

  document.addEventListener("visibilitychange", turn);
  turn();
})();
