# Prints what zsh completes the words after the first argument to, which is the folder of scripts.
# Only a shell that someone types into completes: this one types into another.
zmodload zsh/zpty
zpty inner zsh -f -i
zpty -w inner "fpath=(${(q)1} \$fpath); autoload -Uz compinit; compinit -u -D"
# Keys that come before its editor is up are the terminal's, not the editor's.
zpty -w inner "zle-line-init() print -n re''ady; zle -N zle-line-init"
zpty -r -m inner said '*ready*'
zpty -w -n inner "${*[2,-1]}"$'\t'
# It obeys one key after the other, so what it echoes comes after the list.
zpty -w inner $'\C-u'"print do''ne"
zpty -r -m inner said '*done*'
print -r -- $said
