//! An outbox that nobody sends from: whoever queues a post there is told what would send it.

use crate::cli::context::Context;
use crate::cli::ui::is_stderr_terminal;
use crate::outbox::Outbox;
use crate::outbox::sender_lock::SenderLock;
use crate::outbox::sender_lock::Taken;

/// Tells whoever watches that nothing will be sent as things are: no daemon is running.
///
/// The post is accepted already: where the lock cannot be asked for, nothing is said.
pub(crate) fn tell_if_nobody_sends(context: &Context, outbox: &Outbox) {
    if is_stderr_terminal()
        && let Ok(Taken::Ours(_)) = SenderLock::take(outbox.path(), "`hayon post`")
    {
        context.ui.hint(
            "no daemon is running: start `hayon daemon` (`hayon daemon install` lets the system do so), or run \
             `hayon daemon --once` when it is due",
        );
    }
}
