# Prints what fish completes the words after the first argument to, which is the folder of scripts.
source $argv[1]/hayon.fish
complete -C "$argv[2..]"
