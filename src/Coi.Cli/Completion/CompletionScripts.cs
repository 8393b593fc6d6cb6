namespace Coi.Cli.Completion;

/// <summary>
/// What a shell is told: ask <c>coi __complete</c> with the words so far. It answers with one candidate a line, a tab and a description
/// after it, or with the line <c>:directories</c> or <c>:files</c>.
/// </summary>
internal static class CompletionScripts
{
    /// <summary>For bash, with or without the bash-completion package.</summary>
    public const string Bash = """
        # bash completion for coi; source it or put it into /etc/bash_completion.d/
        _coi() {
            local words=() word joined=0 i reply current
            # bash splits words at "=" and ":", the program does not.
            for ((i = 1; i <= COMP_CWORD; i++)); do
                word=${COMP_WORDS[i]}
                if ((${#words[@]} > 0)) && [[ $word == "=" || $word == ":" ]]; then
                    words[${#words[@]}-1]+=$word
                    joined=1
                elif ((joined)); then
                    words[${#words[@]}-1]+=$word
                    joined=0
                else
                    words+=("$word")
                fi
            done
            current=${words[${#words[@]}-1]}
            COMPREPLY=()
            while IFS= read -r reply; do
                if [[ $reply == ":directories" || $reply == ":files" ]]; then
                    compopt -o filenames 2>/dev/null
                    [[ $reply == ":files" ]] && word=-f || word=-d
                    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen "$word" -- "${current#*=}")
                    continue
                fi
                reply=${reply%%$'\t'*}
                # What stands before the last "=" or ":" is on the line already.
                [[ $current == --*=* ]] && reply=${reply#*=}
                [[ $current == *:* && $reply == *: ]] && continue
                COMPREPLY+=("$reply")
            done < <("${COMP_WORDS[0]}" __complete -- "${words[@]}" 2>/dev/null)
            if ((${#COMPREPLY[@]} == 1)) && [[ ${COMPREPLY[0]} == *[=:] ]]; then
                compopt -o nospace 2>/dev/null
            fi
        }
        complete -F _coi coi claude-on-incus

        """;

    /// <summary>For zsh, sourced or from <c>fpath</c>.</summary>
    public const string Zsh = """
        #compdef coi claude-on-incus
        # zsh completion for coi; source it or put it into a directory of $fpath as _coi
        _coi() {
            local -a replies values suffix
            local reply value description
            replies=("${(@f)$("${words[1]}" __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
            for reply in "${replies[@]}"; do
                if [[ $reply == ":directories" || $reply == ":files" ]]; then
                    [[ $PREFIX == --*=* ]] && compset -P '*='
                    if [[ $reply == ":files" ]]; then _files; else _files -/; fi
                    return
                fi
                [[ -z $reply ]] && continue
                value=${reply%%$'\t'*}
                [[ $value == *: ]] && suffix=(-S '')
                description=""
                [[ $reply == *$'\t'* ]] && description=${reply#*$'\t'}
                values+=("${value//:/\\:}${description:+:$description}")
            done
            (( ${#values[@]} )) && _describe 'coi' values "${suffix[@]}"
        }
        if [[ ${funcstack[1]} == _coi ]]; then
            _coi "$@"
        else
            (( $+functions[compdef] )) || { autoload -Uz compinit && compinit -u }
            compdef _coi coi claude-on-incus
        fi

        """;

    /// <summary>For fish.</summary>
    public const string Fish = """
        # fish completion for coi; source it or put it into ~/.config/fish/completions/coi.fish
        function __coi_complete
            set -l words (commandline -opc)
            set -l program $words[1]
            set -e words[1]
            set -l current (commandline -ct)
            for reply in ($program __complete -- $words "$current" 2>/dev/null)
                if test "$reply" = ":directories"
                    set -l flag (string match -r -- '^--[^=]*=' "$current")
                    for directory in (__fish_complete_directories (string replace -r -- '^--[^=]*=' '' "$current"))
                        printf '%s%s\n' "$flag" $directory
                    end
                else if test "$reply" = ":files"
                    set -l flag (string match -r -- '^--[^=]*=' "$current")
                    for file in (__fish_complete_path (string replace -r -- '^--[^=]*=' '' "$current"))
                        printf '%s%s\n' "$flag" $file
                    end
                else
                    printf '%s\n' $reply
                end
            end
        end
        complete -c coi -f -a '(__coi_complete)'
        complete -c claude-on-incus -f -a '(__coi_complete)'

        """;

    /// <summary>For PowerShell.</summary>
    public const string PowerShell = """
        # PowerShell completion for coi; add it to your $PROFILE
        Register-ArgumentCompleter -Native -CommandName coi, claude-on-incus -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            $program = $commandAst.CommandElements[0].ToString()
            $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
                Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() }) + $wordToComplete
            & $program __complete '--' @words 2>$null | ForEach-Object {
                if ($_ -eq ':directories' -or $_ -eq ':files') {
                    $only = $_ -eq ':directories'
                    $flag = if ($wordToComplete -match '^--[^=]*=') { $Matches[0] } else { '' }
                    Get-ChildItem -Directory:$only -Path ($wordToComplete.Substring($flag.Length) + '*') -ErrorAction SilentlyContinue | ForEach-Object {
                        [System.Management.Automation.CompletionResult]::new($flag + $_.FullName, $_.Name, 'ProviderContainer', $_.FullName)
                    }
                } elseif ($_ -eq ':files') {
                    Get-ChildItem -Force -Path ($wordToComplete + '*') -ErrorAction SilentlyContinue | ForEach-Object {
                        [System.Management.Automation.CompletionResult]::new($_.FullName, $_.Name, 'ProviderItem', $_.FullName)
                    }
                } else {
                    $parts = $_ -split "`t", 2
                    [System.Management.Automation.CompletionResult]::new($parts[0], $parts[0], 'ParameterValue', $parts[-1])
                }
            }
        }

        """;

    /// <summary>The same script for whoever wants names and flags alone.</summary>
    public static string WithoutDescriptions(string script) => script
        .Replace("2>/dev/null)", "2>/dev/null | cut -f1)", StringComparison.Ordinal)
        .Replace("$parts[-1]", "$parts[0]", StringComparison.Ordinal);
}
