# Prints what bash completes the words after the first argument to, which is the folder of scripts.
source "$1/hayon.bash"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_hayon hayon "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\n' "${COMPREPLY[@]}"
