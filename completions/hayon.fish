# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_hayon_global_optspecs
    string join \n config= outbox= json color= v/verbose q/quiet h/help V/version
end

function __fish_hayon_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_hayon_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_hayon_using_subcommand
    set -l cmd (__fish_hayon_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c hayon -n "__fish_hayon_needs_command" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_needs_command" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_needs_command" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_needs_command" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_needs_command" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_needs_command" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_needs_command" -s V -l version -d 'Print version'
complete -c hayon -n "__fish_hayon_needs_command" -f -a "post" -d 'Publish a post now, or queue it for later'
complete -c hayon -n "__fish_hayon_needs_command" -f -a "submit" -d 'Queue a draft: a daemon publishes it, now or at its time'
complete -c hayon -n "__fish_hayon_needs_command" -f -a "edit" -d 'Change a draft, or a post of which nothing was sent yet'
complete -c hayon -n "__fish_hayon_needs_command" -f -a "reschedule" -d 'Move a post to another time'
complete -c hayon -n "__fish_hayon_needs_command" -f -a "validate" -d 'Say what each account would get, and everything that is wrong with it'
complete -c hayon -n "__fish_hayon_needs_command" -f -a "list" -d 'List posts in the order of their time'
complete -c hayon -n "__fish_hayon_needs_command" -f -a "show" -d 'Show a post and every attempt at it'
complete -c hayon -n "__fish_hayon_needs_command" -f -a "cancel" -d 'Cancel what of a post has not been sent'
complete -c hayon -n "__fish_hayon_needs_command" -f -a "delete" -d 'Forget a draft, or a post that has ended, and its pictures'
complete -c hayon -n "__fish_hayon_needs_command" -f -a "retry" -d 'Queue parked deliveries again: those of a post, or of an account that has logged in again'
complete -c hayon -n "__fish_hayon_needs_command" -f -a "resolve" -d 'Say what became of a delivery that is in doubt'
complete -c hayon -n "__fish_hayon_needs_command" -f -a "daemon" -d 'Deliver what is queued, as it falls due'
complete -c hayon -n "__fish_hayon_needs_command" -f -a "account" -d 'Log in, and look after accounts'
complete -c hayon -n "__fish_hayon_needs_command" -f -a "doctor" -d 'Look at everything that posts depend on, and say what is wrong'
complete -c hayon -n "__fish_hayon_needs_command" -f -a "media" -d 'Upload pictures and videos, and look after the media store'
complete -c hayon -n "__fish_hayon_needs_command" -f -a "sandbox" -d 'Serve platforms on loopback, to try hayon without an account'
complete -c hayon -n "__fish_hayon_needs_command" -f -a "completions" -d 'Print the script with which a shell completes commands, flags, paths, accounts and posts'
complete -c hayon -n "__fish_hayon_needs_command" -f -a "man" -d 'Print the manual page of hayon'
complete -c hayon -n "__fish_hayon_using_subcommand post" -l to -d 'An account, a platform, or `all`; repeatable, or separated by commas' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand post" -l media -d 'A picture: a file, a key of `hayon media upload`, or an `https://` address; repeatable, shown in this order' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand post" -l alt -d 'What the picture before it shows, for those who cannot see it' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand post" -l fit -d 'What to do with a picture whose shape a platform refuses [default: the configuration\'s, else refuse]' -r -f -a "pad\t''
crop\t''
refuse\t''"
complete -c hayon -n "__fish_hayon_using_subcommand post" -l text-for -d 'Another text for one account; repeatable' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand post" -l lang -d 'The language of the text, such as `en` or `pt-BR`' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand post" -l tag -d 'A tag beside those of the text (Tumblr; on Threads the first is the topic); repeatable, or separated by commas' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand post" -l card -d 'Show the page at this address under a text without pictures [default: that of its first link]' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand post" -l visibility -d 'Who may see it (Mastodon; Tumblr knows `private`)' -r -f -a "public\t''
unlisted\t''
private\t''
direct\t''"
complete -c hayon -n "__fish_hayon_using_subcommand post" -l cw -d 'A content warning, shown instead of the text until the reader asks (Mastodon)' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand post" -l file -d 'Read the draft from a file, with `+++` front matter or without; `-` is stdin' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand post" -l key -d 'Your own name for this post: the same key never publishes a second one' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand post" -l at -d 'Publish at this time, such as `tomorrow 9:00`; a daemon does it' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand post" -l tz -d 'The zone of a time that names none, such as `Europe/Berlin` [default: this machine\'s]' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand post" -l wait -d 'Keep trying for this long, such as `10m`' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand post" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand post" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand post" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_using_subcommand post" -l allow-private -d 'Fetch pictures, and the page of a card, also from private networks and over plain HTTP'
complete -c hayon -n "__fish_hayon_using_subcommand post" -l no-card -d 'Show no page under the text, whatever it links to'
complete -c hayon -n "__fish_hayon_using_subcommand post" -l queue -d 'Queue it: a daemon publishes it'
complete -c hayon -n "__fish_hayon_using_subcommand post" -l draft -d 'Save it as a draft, for `hayon edit` and `hayon submit`; nothing is sent'
complete -c hayon -n "__fish_hayon_using_subcommand post" -l again -d 'Post it though another post says the same, to the same account, within ten minutes'
complete -c hayon -n "__fish_hayon_using_subcommand post" -l dry-run -d 'Check it and show what each account would get; store and send nothing'
complete -c hayon -n "__fish_hayon_using_subcommand post" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand post" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand post" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_using_subcommand post" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_using_subcommand post" -s V -l version -d 'Print version'
complete -c hayon -n "__fish_hayon_using_subcommand submit" -l at -d 'Publish at this time, such as `tomorrow 9:00`, or `now` [default: the draft\'s own, else now]' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand submit" -l tz -d 'The zone of a time that names none, such as `Europe/Berlin` [default: this machine\'s]' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand submit" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand submit" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand submit" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_using_subcommand submit" -l again -d 'Submit it though another post says the same, to the same account, within ten minutes'
complete -c hayon -n "__fish_hayon_using_subcommand submit" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand submit" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand submit" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_using_subcommand submit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_using_subcommand submit" -s V -l version -d 'Print version'
complete -c hayon -n "__fish_hayon_using_subcommand edit" -l to -d 'An account, a platform, or `all`; repeatable, or separated by commas' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand edit" -l media -d 'A picture: a file, a key of `hayon media upload`, or an `https://` address; repeatable, shown in this order' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand edit" -l alt -d 'What the picture before it shows, for those who cannot see it' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand edit" -l fit -d 'What to do with a picture whose shape a platform refuses [default: the configuration\'s, else refuse]' -r -f -a "pad\t''
crop\t''
refuse\t''"
complete -c hayon -n "__fish_hayon_using_subcommand edit" -l text-for -d 'Another text for one account; repeatable' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand edit" -l lang -d 'The language of the text, such as `en` or `pt-BR`' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand edit" -l tag -d 'A tag beside those of the text (Tumblr; on Threads the first is the topic); repeatable, or separated by commas' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand edit" -l card -d 'Show the page at this address under a text without pictures [default: that of its first link]' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand edit" -l visibility -d 'Who may see it (Mastodon; Tumblr knows `private`)' -r -f -a "public\t''
unlisted\t''
private\t''
direct\t''"
complete -c hayon -n "__fish_hayon_using_subcommand edit" -l cw -d 'A content warning, shown instead of the text until the reader asks (Mastodon)' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand edit" -l file -d 'Read all of it from a file, with `+++` front matter or without; `-` is stdin' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand edit" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand edit" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand edit" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_using_subcommand edit" -l allow-private -d 'Fetch pictures, and the page of a card, also from private networks and over plain HTTP'
complete -c hayon -n "__fish_hayon_using_subcommand edit" -l no-card -d 'Show no page under the text, whatever it links to'
complete -c hayon -n "__fish_hayon_using_subcommand edit" -l no-media -d 'Leave every picture out'
complete -c hayon -n "__fish_hayon_using_subcommand edit" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand edit" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand edit" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_using_subcommand edit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_using_subcommand edit" -s V -l version -d 'Print version'
complete -c hayon -n "__fish_hayon_using_subcommand reschedule" -l at -d 'The new time, such as `tomorrow 9:00`, or `now`' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand reschedule" -l tz -d 'The zone of a time that names none, such as `Europe/Berlin` [default: this machine\'s]' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand reschedule" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand reschedule" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand reschedule" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_using_subcommand reschedule" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand reschedule" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand reschedule" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_using_subcommand reschedule" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_using_subcommand reschedule" -s V -l version -d 'Print version'
complete -c hayon -n "__fish_hayon_using_subcommand validate" -l to -d 'An account, a platform, or `all`; repeatable, or separated by commas' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand validate" -l media -d 'A picture: a file, a key of `hayon media upload`, or an `https://` address; repeatable, shown in this order' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand validate" -l alt -d 'What the picture before it shows, for those who cannot see it' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand validate" -l fit -d 'What to do with a picture whose shape a platform refuses [default: the configuration\'s, else refuse]' -r -f -a "pad\t''
crop\t''
refuse\t''"
complete -c hayon -n "__fish_hayon_using_subcommand validate" -l text-for -d 'Another text for one account; repeatable' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand validate" -l lang -d 'The language of the text, such as `en` or `pt-BR`' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand validate" -l tag -d 'A tag beside those of the text (Tumblr; on Threads the first is the topic); repeatable, or separated by commas' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand validate" -l card -d 'Show the page at this address under a text without pictures [default: that of its first link]' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand validate" -l visibility -d 'Who may see it (Mastodon; Tumblr knows `private`)' -r -f -a "public\t''
unlisted\t''
private\t''
direct\t''"
complete -c hayon -n "__fish_hayon_using_subcommand validate" -l cw -d 'A content warning, shown instead of the text until the reader asks (Mastodon)' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand validate" -l file -d 'Read the draft from a file, with `+++` front matter or without; repeatable' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand validate" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand validate" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand validate" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_using_subcommand validate" -l allow-private -d 'Fetch pictures, and the page of a card, also from private networks and over plain HTTP'
complete -c hayon -n "__fish_hayon_using_subcommand validate" -l no-card -d 'Show no page under the text, whatever it links to'
complete -c hayon -n "__fish_hayon_using_subcommand validate" -l offline -d 'Use the built-in limits; ask no server'
complete -c hayon -n "__fish_hayon_using_subcommand validate" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand validate" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand validate" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_using_subcommand validate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_using_subcommand validate" -s V -l version -d 'Print version'
complete -c hayon -n "__fish_hayon_using_subcommand list" -l status -d 'Only posts with this status; repeatable, or separated by commas' -r -f -a "DRAFT\t''
PENDING\t''
SCHEDULED\t''
PROCESSING\t''
COMPLETED\t''
PARTIAL_SUCCESS\t''
FAILED\t''
CANCELLED\t''"
complete -c hayon -n "__fish_hayon_using_subcommand list" -l account -d 'Only posts to this account; repeatable, or separated by commas' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand list" -l since -d 'Only posts that are due then or later, such as `yesterday`' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand list" -l until -d 'Only posts that are due before then, such as `friday`' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand list" -l reason -d 'Only those parked for this reason' -r -f -a "refused\t''
login_needed\t''
exhausted\t''
in_doubt\t''
late\t''
restored\t''"
complete -c hayon -n "__fish_hayon_using_subcommand list" -l limit -d 'At most this many, the last by their time' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand list" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand list" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_using_subcommand list" -l parked -d 'Only posts with a delivery that waits for a person'
complete -c hayon -n "__fish_hayon_using_subcommand list" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand list" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand list" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_using_subcommand list" -s V -l version -d 'Print version'
complete -c hayon -n "__fish_hayon_using_subcommand show" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand show" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand show" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_using_subcommand show" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand show" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand show" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_using_subcommand show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_using_subcommand show" -s V -l version -d 'Print version'
complete -c hayon -n "__fish_hayon_using_subcommand cancel" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand cancel" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand cancel" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_using_subcommand cancel" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand cancel" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand cancel" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_using_subcommand cancel" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_using_subcommand cancel" -s V -l version -d 'Print version'
complete -c hayon -n "__fish_hayon_using_subcommand delete" -l account -d 'Take it down for this account alone, and forget nothing; repeatable' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand delete" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand delete" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand delete" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_using_subcommand delete" -l published -d 'Take down what is public of it, then forget it'
complete -c hayon -n "__fish_hayon_using_subcommand delete" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand delete" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand delete" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_using_subcommand delete" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_using_subcommand delete" -s V -l version -d 'Print version'
complete -c hayon -n "__fish_hayon_using_subcommand retry" -l account -d 'Only deliveries for this account' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand retry" -l reason -d 'Only what is parked for this reason' -r -f -a "refused\t''
login_needed\t''
exhausted\t''
in_doubt\t''
late\t''
restored\t''"
complete -c hayon -n "__fish_hayon_using_subcommand retry" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand retry" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand retry" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_using_subcommand retry" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand retry" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand retry" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_using_subcommand retry" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_using_subcommand retry" -s V -l version -d 'Print version'
complete -c hayon -n "__fish_hayon_using_subcommand resolve" -l account -d 'The account in question' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand resolve" -l published -d 'It is public, at this address' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand resolve" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand resolve" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand resolve" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_using_subcommand resolve" -l not-published -d 'It is not public: queue it again'
complete -c hayon -n "__fish_hayon_using_subcommand resolve" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand resolve" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand resolve" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_using_subcommand resolve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_using_subcommand resolve" -s V -l version -d 'Print version'
complete -c hayon -n "__fish_hayon_using_subcommand daemon; and not __fish_seen_subcommand_from install" -l wait -d 'With `--once`: keep trying for this long, such as `5m`' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand daemon; and not __fish_seen_subcommand_from install" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand daemon; and not __fish_seen_subcommand_from install" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand daemon; and not __fish_seen_subcommand_from install" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_using_subcommand daemon; and not __fish_seen_subcommand_from install" -l once -d 'Deliver what is due, then end'
complete -c hayon -n "__fish_hayon_using_subcommand daemon; and not __fish_seen_subcommand_from install" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand daemon; and not __fish_seen_subcommand_from install" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand daemon; and not __fish_seen_subcommand_from install" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_using_subcommand daemon; and not __fish_seen_subcommand_from install" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_using_subcommand daemon; and not __fish_seen_subcommand_from install" -s V -l version -d 'Print version'
complete -c hayon -n "__fish_hayon_using_subcommand daemon; and not __fish_seen_subcommand_from install" -f -a "install" -d 'Have the system start the daemon, and start it again if it fails'
complete -c hayon -n "__fish_hayon_using_subcommand daemon; and __fish_seen_subcommand_from install" -l manager -d 'What starts it [default: this system\'s own]' -r -f -a "systemd\t''
launchd\t''"
complete -c hayon -n "__fish_hayon_using_subcommand daemon; and __fish_seen_subcommand_from install" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand daemon; and __fish_seen_subcommand_from install" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand daemon; and __fish_seen_subcommand_from install" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_using_subcommand daemon; and __fish_seen_subcommand_from install" -l print -d 'Print the file instead of writing it'
complete -c hayon -n "__fish_hayon_using_subcommand daemon; and __fish_seen_subcommand_from install" -l replace -d 'Overwrite a file that is there already'
complete -c hayon -n "__fish_hayon_using_subcommand daemon; and __fish_seen_subcommand_from install" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand daemon; and __fish_seen_subcommand_from install" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand daemon; and __fish_seen_subcommand_from install" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_using_subcommand daemon; and __fish_seen_subcommand_from install" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_using_subcommand daemon; and __fish_seen_subcommand_from install" -s V -l version -d 'Print version'
complete -c hayon -n "__fish_hayon_using_subcommand account; and not __fish_seen_subcommand_from add list check refresh move remove export" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand account; and not __fish_seen_subcommand_from add list check refresh move remove export" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand account; and not __fish_seen_subcommand_from add list check refresh move remove export" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_using_subcommand account; and not __fish_seen_subcommand_from add list check refresh move remove export" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand account; and not __fish_seen_subcommand_from add list check refresh move remove export" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand account; and not __fish_seen_subcommand_from add list check refresh move remove export" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_using_subcommand account; and not __fish_seen_subcommand_from add list check refresh move remove export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_using_subcommand account; and not __fish_seen_subcommand_from add list check refresh move remove export" -s V -l version -d 'Print version'
complete -c hayon -n "__fish_hayon_using_subcommand account; and not __fish_seen_subcommand_from add list check refresh move remove export" -f -a "add" -d 'Log an account in, and keep it'
complete -c hayon -n "__fish_hayon_using_subcommand account; and not __fish_seen_subcommand_from add list check refresh move remove export" -f -a "list" -d 'List the accounts: whose they are, where their secrets are kept, and how they stand'
complete -c hayon -n "__fish_hayon_using_subcommand account; and not __fish_seen_subcommand_from add list check refresh move remove export" -f -a "check" -d 'Ask each account\'s server whether the log-in holds'
complete -c hayon -n "__fish_hayon_using_subcommand account; and not __fish_seen_subcommand_from add list check refresh move remove export" -f -a "refresh" -d 'Renew tokens now'
complete -c hayon -n "__fish_hayon_using_subcommand account; and not __fish_seen_subcommand_from add list check refresh move remove export" -f -a "move" -d 'Move the secrets of an account to another store'
complete -c hayon -n "__fish_hayon_using_subcommand account; and not __fish_seen_subcommand_from add list check refresh move remove export" -f -a "remove" -d 'Forget an account: its secrets, its session, and its table in the configuration'
complete -c hayon -n "__fish_hayon_using_subcommand account; and not __fish_seen_subcommand_from add list check refresh move remove export" -f -a "export" -d 'Print which environment variables a CI job needs to post as these accounts'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from add" -l name -d 'The account\'s name here [default: the platform\'s, or one by the handle if that is taken]' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from add" -l store -d 'Where to keep the secrets [default: the keyring, or the file if there is none]' -r -f -a "keyring\t'The system\'s keyring'
file\t'A file that only you can read'"
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from add" -l wait -d 'How long to wait for the browser' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from add" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from add" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from add" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from add" -l secret-stdin -d 'Read the secret from stdin: a line, or lines `name=value`'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from add" -l replace -d 'Put this account in place of another one of the same name'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from add" -l no-browser -d 'Open no browser here: show the address, and ask for what the browser shows'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from add" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from add" -s V -l version -d 'Print version'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from add" -f -a "bluesky" -d 'Log in on Bluesky, or on any server of its network'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from add" -f -a "mastodon" -d 'Log in on a Mastodon server, or on another with the same API'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from add" -f -a "instagram" -d 'Log in on Instagram'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from add" -f -a "threads" -d 'Log in on Threads'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from add" -f -a "facebook" -d 'Log in at Facebook, to post to a Page'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from add" -f -a "tumblr" -d 'Log in on Tumblr'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from list" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from list" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from list" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from check" -l fail-within -d 'Fail if a token ends within this time, such as `7d`' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from check" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from check" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from check" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from check" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from check" -s V -l version -d 'Print version'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from refresh" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from refresh" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from refresh" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from refresh" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from refresh" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from refresh" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from refresh" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from refresh" -s V -l version -d 'Print version'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from move" -l to -d 'Where its secrets go' -r -f -a "keyring\t'The keyring of the desktop or of the system'
file\t'`credentials.toml`, which only you can read'"
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from move" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from move" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from move" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from move" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from move" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from move" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from move" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from move" -s V -l version -d 'Print version'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from remove" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from remove" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from remove" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from remove" -s y -l yes -d 'Do not ask'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from remove" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from remove" -s V -l version -d 'Print version'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from export" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from export" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from export" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from export" -l for-ci -d 'For a job that has variables and no files'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from export" -l values -d 'Show the values: only where stdout is a terminal'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from export" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from export" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from export" -s V -l version -d 'Print version'
complete -c hayon -n "__fish_hayon_using_subcommand doctor" -l account -d 'Look at these accounts only, by name or platform; repeatable, or separated by commas' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand doctor" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand doctor" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand doctor" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_using_subcommand doctor" -l offline -d 'Ask no server'
complete -c hayon -n "__fish_hayon_using_subcommand doctor" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand doctor" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand doctor" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_using_subcommand doctor" -s V -l version -d 'Print version'
complete -c hayon -n "__fish_hayon_using_subcommand media; and not __fish_seen_subcommand_from upload presign list url promote delete sweep setup" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand media; and not __fish_seen_subcommand_from upload presign list url promote delete sweep setup" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand media; and not __fish_seen_subcommand_from upload presign list url promote delete sweep setup" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_using_subcommand media; and not __fish_seen_subcommand_from upload presign list url promote delete sweep setup" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand media; and not __fish_seen_subcommand_from upload presign list url promote delete sweep setup" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand media; and not __fish_seen_subcommand_from upload presign list url promote delete sweep setup" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_using_subcommand media; and not __fish_seen_subcommand_from upload presign list url promote delete sweep setup" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_using_subcommand media; and not __fish_seen_subcommand_from upload presign list url promote delete sweep setup" -s V -l version -d 'Print version'
complete -c hayon -n "__fish_hayon_using_subcommand media; and not __fish_seen_subcommand_from upload presign list url promote delete sweep setup" -f -a "upload" -d 'Upload pictures and videos, and print their keys'
complete -c hayon -n "__fish_hayon_using_subcommand media; and not __fish_seen_subcommand_from upload presign list url promote delete sweep setup" -f -a "presign" -d 'Print an address to which anybody can upload one file'
complete -c hayon -n "__fish_hayon_using_subcommand media; and not __fish_seen_subcommand_from upload presign list url promote delete sweep setup" -f -a "list" -d 'List what is in the media store, in the order of the keys'
complete -c hayon -n "__fish_hayon_using_subcommand media; and not __fish_seen_subcommand_from upload presign list url promote delete sweep setup" -f -a "url" -d 'Print an address from which anybody can fetch what is under a key'
complete -c hayon -n "__fish_hayon_using_subcommand media; and not __fish_seen_subcommand_from upload presign list url promote delete sweep setup" -f -a "promote" -d 'Give a draft a picture that was uploaded'
complete -c hayon -n "__fish_hayon_using_subcommand media; and not __fish_seen_subcommand_from upload presign list url promote delete sweep setup" -f -a "delete" -d 'Delete something from the media store that no post has'
complete -c hayon -n "__fish_hayon_using_subcommand media; and not __fish_seen_subcommand_from upload presign list url promote delete sweep setup" -f -a "sweep" -d 'Remove media that no post of this outbox has'
complete -c hayon -n "__fish_hayon_using_subcommand media; and not __fish_seen_subcommand_from upload presign list url promote delete sweep setup" -f -a "setup" -d 'Write the bucket\'s rules: who may upload from a web page, and what is thrown away'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from upload" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from upload" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from upload" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from upload" -l give-up -d 'Upload nothing; delete what is there of interrupted uploads of these files'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from upload" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from upload" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from upload" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from upload" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from upload" -s V -l version -d 'Print version'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from presign" -l type -d 'What the file is, where its name does not say so' -r -f -a "image/jpeg\t''
image/png\t''
image/webp\t''
image/gif\t''
video/mp4\t''
video/quicktime\t''
video/webm\t''"
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from presign" -l expires -d 'How long the address works, such as `1h`; 7 days at most' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from presign" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from presign" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from presign" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from presign" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from presign" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from presign" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from presign" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from presign" -s V -l version -d 'Print version'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from list" -l prefix -d 'Only keys that begin with this, such as `temp/` or `posts/alice/`' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from list" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from list" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from list" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from url" -l expires -d 'How long a signed address works, such as `15m`; 7 days at most' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from url" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from url" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from url" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from url" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from url" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from url" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from url" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from url" -s V -l version -d 'Print version'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from promote" -l post -d 'The number or the id of the draft' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from promote" -l alt -d 'What the picture shows, for those who cannot see it' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from promote" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from promote" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from promote" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from promote" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from promote" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from promote" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from promote" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from promote" -s V -l version -d 'Print version'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from delete" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from delete" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from delete" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from delete" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from delete" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from delete" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from delete" -s V -l version -d 'Print version'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from sweep" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from sweep" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from sweep" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from sweep" -l dry-run -d 'List it, and remove nothing'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from sweep" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from sweep" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from sweep" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from sweep" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from sweep" -s V -l version -d 'Print version'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from setup" -l cors-origin -d 'Where pages come from that may upload, such as `https://app.example.com`; repeatable' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from setup" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from setup" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from setup" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from setup" -l dry-run -d 'Show what would be written; write nothing'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from setup" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from setup" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from setup" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from setup" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from setup" -s V -l version -d 'Print version'
complete -c hayon -n "__fish_hayon_using_subcommand sandbox" -l port -d 'The port on 127.0.0.1; 0 takes any that is free' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand sandbox" -l s3-port -d 'The port of S3 on 127.0.0.1; 0 takes any that is free' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand sandbox" -l fault -d 'Let a request go wrong; repeatable' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand sandbox" -l latency -d 'How long every request takes, such as `50ms`' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand sandbox" -l mastodon-version -d 'The Mastodon that is imitated: 4.5 or 4.6' -r
complete -c hayon -n "__fish_hayon_using_subcommand sandbox" -l media-delay-polls -d 'How often Mastodon says that an upload, and Instagram and Threads that a container, is not ready' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand sandbox" -l graph -d 'How Instagram, Threads and Facebook behave; repeatable' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand sandbox" -l access-lifetime -d 'How long a Bluesky access token lives' -r -f
complete -c hayon -n "__fish_hayon_using_subcommand sandbox" -l log -d 'Write a line of JSON for every request' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand sandbox" -l dir -d 'Keep the configuration, outbox and media of the sandbox\'s accounts here, not in a temporary folder' -r -f -a "(__fish_complete_directories)"
complete -c hayon -n "__fish_hayon_using_subcommand sandbox" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand sandbox" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand sandbox" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_using_subcommand sandbox" -l demo -d 'Publish `examples/hello.md` to every platform here, read it back, and end'
complete -c hayon -n "__fish_hayon_using_subcommand sandbox" -l keep -d 'With `--demo`: go on serving'
complete -c hayon -n "__fish_hayon_using_subcommand sandbox" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand sandbox" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand sandbox" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_using_subcommand sandbox" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_using_subcommand sandbox" -s V -l version -d 'Print version'
complete -c hayon -n "__fish_hayon_using_subcommand completions" -l dir -d 'Write the scripts of all shells into this folder' -r -f -a "(__fish_complete_directories)"
complete -c hayon -n "__fish_hayon_using_subcommand completions" -l candidates -d 'Print what the scripts offer: the accounts or posts that there are, a line each' -r -f -a "to\t'Accounts, platforms and `all`, for `--to`'
accounts\t'Accounts'
posts\t'Posts by number'"
complete -c hayon -n "__fish_hayon_using_subcommand completions" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand completions" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand completions" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_using_subcommand completions" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand completions" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand completions" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_using_subcommand completions" -s V -l version -d 'Print version'
complete -c hayon -n "__fish_hayon_using_subcommand man" -l dir -d 'Write the page of every command into this folder' -r -f -a "(__fish_complete_directories)"
complete -c hayon -n "__fish_hayon_using_subcommand man" -l config -d 'Read this configuration [default: `$HAYON_CONFIG`, else the user\'s own]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand man" -l outbox -d 'Use this outbox [default: `$HAYON_OUTBOX`, else the configuration\'s]' -r -F
complete -c hayon -n "__fish_hayon_using_subcommand man" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t''
never\t''"
complete -c hayon -n "__fish_hayon_using_subcommand man" -l json -d 'Print one JSON document on stdout; errors are one on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand man" -s v -l verbose -d 'Trace requests and decisions on stderr'
complete -c hayon -n "__fish_hayon_using_subcommand man" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c hayon -n "__fish_hayon_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c hayon -n "__fish_hayon_using_subcommand man" -s V -l version -d 'Print version'

# Offers the accounts and posts that there are; hayon is asked.
function __fish_hayon_offers
    set -l typed (commandline -ct | string replace -r -- '^--[^=]*=' '')
    # Several are separated by commas.
    set -l before (string match -r -- '^.*,' "$typed")
    for offer in (hayon completions --candidates $argv[1] 2>/dev/null)
        echo "$before$offer"
    end
end

complete -c hayon -n "__fish_hayon_using_subcommand post" -l to -r -f -k -a "(__fish_hayon_offers to)"
complete -c hayon -n "__fish_hayon_using_subcommand submit; and test (count (commandline -opc)) -eq 2" -f -k -a "(__fish_hayon_offers posts)"
complete -c hayon -n "__fish_hayon_using_subcommand edit; and test (count (commandline -opc)) -eq 2" -f -k -a "(__fish_hayon_offers posts)"
complete -c hayon -n "__fish_hayon_using_subcommand edit" -l to -r -f -k -a "(__fish_hayon_offers to)"
complete -c hayon -n "__fish_hayon_using_subcommand reschedule; and test (count (commandline -opc)) -eq 2" -f -k -a "(__fish_hayon_offers posts)"
complete -c hayon -n "__fish_hayon_using_subcommand validate" -l to -r -f -k -a "(__fish_hayon_offers to)"
complete -c hayon -n "__fish_hayon_using_subcommand list" -l account -r -f -k -a "(__fish_hayon_offers accounts)"
complete -c hayon -n "__fish_hayon_using_subcommand show; and test (count (commandline -opc)) -eq 2" -f -k -a "(__fish_hayon_offers posts)"
complete -c hayon -n "__fish_hayon_using_subcommand cancel; and test (count (commandline -opc)) -eq 2" -f -k -a "(__fish_hayon_offers posts)"
complete -c hayon -n "__fish_hayon_using_subcommand delete; and test (count (commandline -opc)) -eq 2" -f -k -a "(__fish_hayon_offers posts)"
complete -c hayon -n "__fish_hayon_using_subcommand delete" -l account -r -f -k -a "(__fish_hayon_offers accounts)"
complete -c hayon -n "__fish_hayon_using_subcommand retry; and test (count (commandline -opc)) -eq 2" -f -k -a "(__fish_hayon_offers posts)"
complete -c hayon -n "__fish_hayon_using_subcommand retry" -l account -r -f -k -a "(__fish_hayon_offers accounts)"
complete -c hayon -n "__fish_hayon_using_subcommand resolve; and test (count (commandline -opc)) -eq 2" -f -k -a "(__fish_hayon_offers posts)"
complete -c hayon -n "__fish_hayon_using_subcommand resolve" -l account -r -f -k -a "(__fish_hayon_offers accounts)"
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from check; and test (count (commandline -opc)) -eq 3" -f -k -a "(__fish_hayon_offers accounts)"
complete -c hayon -n "__fish_hayon_using_subcommand account; and __fish_seen_subcommand_from refresh; and test (count (commandline -opc)) -eq 3" -f -k -a "(__fish_hayon_offers accounts)"
complete -c hayon -n "__fish_hayon_using_subcommand doctor" -l account -r -f -k -a "(__fish_hayon_offers accounts)"
complete -c hayon -n "__fish_hayon_using_subcommand media; and __fish_seen_subcommand_from promote" -l post -r -f -k -a "(__fish_hayon_offers posts)"
