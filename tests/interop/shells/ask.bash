# Prints what bash completes the words after the first argument to, which is the folder of scripts.
source "$1/hayon.bash"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
# The function that is registered for the command, as bash would find it.
[[ "$(complete -p hayon)" =~ -F\ ([^ ]+) ]]
"${BASH_REMATCH[1]}" hayon "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\n' "${COMPREPLY[@]}"
