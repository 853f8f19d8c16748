# Completes clusterctl in fish: save it as ~/.config/fish/completions/clusterctl.fish.

function __clusterctl_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct | string collect)
    set -l lines ($words[1] __complete -- $words[2..] "$current" 2>/dev/null)
    set -l prefix (string replace -r '^:[a-z]* ?' '' -- "$lines[1]" | string collect)
    set -l begun (string sub -s (math (string length -- "$prefix") + 1) -- "$current" | string collect)
    switch "$lines[1]"
        case ':files*'
            for path in (__fish_complete_path "$begun")
                echo -- $prefix$path
            end
        case ':directories*'
            for path in (__fish_complete_directories "$begun")
                echo -- $prefix$path
            end
    end
    for line in $lines[2..]
        echo -- $line
    end
end

complete -c clusterctl -f -a '(__clusterctl_complete)'
