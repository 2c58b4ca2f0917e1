# Offers the accounts and posts that there are; hayon is asked.
(( $+functions[_hayon_offers] )) ||
_hayon_offers() {
    local -a offers
    # Several are separated by commas.
    compset -P '*,'
    offers=("${(@f)$(_call_program $1 hayon completions --candidates $1 2>/dev/null)}")
    # A word, a colon, what it is.
    offers=("${(@)offers//:/\\:}")
    offers=("${(@)offers/$'\t'/:}")
    _describe -V -t "$1" "$1" offers
}
