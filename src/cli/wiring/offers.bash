# Offers the accounts and posts that there are; hayon is asked. The rest is left to the function above.
_hayon_offers() {
    local kind=""
    case "$3" in
        OPTIONS
    esac
    # Right after the command: once it is given, nothing else stands there.
    [[ "$2" == -* ]] || case "${COMP_WORDS[*]:1:COMP_CWORD-1}" in
        COMMANDS
    esac
    if [[ -z "$kind" ]]; then
        _hayon "$@"
        return
    fi
    local typed="${2##*,}" IFS=$'\n'
    local before="${2%"$typed"}"
    # A file is none of these.
    compopt +o bashdefault +o default 2>/dev/null
    COMPREPLY=($(compgen -P "$before" -W "$(hayon completions --candidates "$kind" 2>/dev/null | cut -f 1)" -- "$typed"))
}
