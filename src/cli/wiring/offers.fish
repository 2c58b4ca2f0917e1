# Offers the accounts and posts that there are; hayon is asked.
function __fish_hayon_offers
    set -l typed (commandline -ct | string replace -r -- '^--[^=]*=' '')
    # Several are separated by commas.
    set -l before (string match -r -- '^.*,' "$typed")
    for offer in (hayon completions --candidates $argv[1] 2>/dev/null)
        echo "$before$offer"
    end
end
