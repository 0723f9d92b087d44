# SPDX-License-Identifier: Apache-2.0
#
# The function that completes prisim's command line. The build puts it behind what it knows: completion.c.
# shellcheck shell=bash disable=SC2154

# _prisim_fill KEY TYPED: KEY with each * replaced by what stands in its place in TYPED, or cut there.
_prisim_fill() {
    local key=$1 before after id
    while [[ $key == *\** ]]; do
        before=${key%%\**}
        after=${key#"$before*"}
        id=${2#"$before"}
        if [[ $2 != "$before"?* || $id == *\** || (-n $after && $id != *.*) ]]; then
            key=$before
            break
        fi
        key=$before${id%%[.=]*}$after
    done
    _prisim_filled=$key
}

# _prisim_settings TYPED: keys of a scenario that begin so; behind an equals sign, the values of the key.
_prisim_settings() {
    local typed=$1 key word _prisim_filled
    local -A seen=()
    for key in "${_prisim_keys[@]}"; do
        _prisim_fill "$key" "$typed"
        if [[ $typed != *=* ]]; then
            [[ $_prisim_filled == *. ]] || _prisim_filled+="="
            [[ $_prisim_filled != "$typed"* || -n ${seen[$_prisim_filled]} ]] || _prisim_found+=("$_prisim_filled")
            seen[$_prisim_filled]=1
        elif [[ $_prisim_filled == "${typed%%=*}" ]]; then
            for word in ${_prisim_values[$key]}; do
                [[ $_prisim_filled=$word != "$typed"* ]] || _prisim_found+=("$_prisim_filled=$word")
            done
        fi
    done
}

# _prisim_term TYPED: the last term of --only.
_prisim_term() {
    local before='' term=$1 key word
    if [[ $term == *,* ]]; then
        before=${term%,*},
        term=${term##*,}
    fi
    if [[ $term != *=* ]]; then
        for key in "${!_prisim_terms[@]}"; do
            [[ $key != "$term"* ]] || _prisim_found+=("$before$key=")
        done
        return
    fi
    key=${term%%=*}
    for word in ${_prisim_terms[$key]}; do
        [[ $key=$word != "$term"* ]] || _prisim_found+=("$before$key=$word")
    done
}

# _prisim_files TYPED [ENDING]: files (with that ending) and folders.
_prisim_files() {
    local path
    while IFS= read -r path; do
        if [[ -d $path ]]; then
            _prisim_found+=("$path/")
        elif [[ $path == *"$2" ]]; then
            _prisim_found+=("$path")
        fi
    done < <(compgen -f -- "$1")
}

# _prisim_complete WHAT TYPED
_prisim_complete() {
    local word
    case $1 in
    @setting) _prisim_settings "$2" ;;
    @term) _prisim_term "$2" ;;
    @file) _prisim_files "$2" ;;
    @scenario) _prisim_files "$2" .yaml ;;
    @name)
        _prisim_settings "${2%%=*}"
        _prisim_found=("${_prisim_found[@]%=}")
        for word in $_prisim_names; do
            [[ $word != "$2"* ]] || _prisim_found+=("$word")
        done
        ;;
    @nothing) ;;
    *)
        for word in $1; do
            [[ $word != "$2"* ]] || _prisim_found+=("$word")
        done
        ;;
    esac
}

_prisim() {
    local at=$COMP_CWORD typed=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} option='' before='' reply
    local -a _prisim_found=()
    COMPREPLY=()
    # readline cuts a word at each equals sign: put it together again.
    while ((at > 2)) && [[ ${COMP_WORDS[at]} == "=" || ${COMP_WORDS[at - 1]} == "=" ]]; do
        at=$((at - 1))
        typed=${COMP_WORDS[at]}$typed
    done
    if ((COMP_CWORD == 1)); then
        _prisim_complete "$_prisim_commands" "$typed"
    elif [[ $typed == --*=* ]]; then
        option=${typed%%=*}
        before=$option=
    elif [[ $typed == -* ]]; then
        _prisim_complete "${_prisim_options[$command]}" "$typed"
    else
        option=${COMP_WORDS[at - 1]}
        if [[ -z ${_prisim_takes[$command $option]} ]]; then
            option=''
            _prisim_complete "${_prisim_arguments[$command]:-@nothing}" "$typed"
        fi
    fi
    if [[ -n $option ]]; then
        _prisim_complete "${_prisim_takes[$command $option]:-${_prisim_takes[$command $option=]:-@nothing}}" \
            "${typed#"$before"}"
        _prisim_found=("${_prisim_found[@]/#/$before}")
    fi
    # What is replaced begins behind the last equals sign.
    before=''
    [[ $COMP_WORDBREAKS != *=* || $typed != *=* ]] || before=${typed%=*}=
    for reply in "${_prisim_found[@]}"; do
        COMPREPLY+=("${reply#"$before"}")
        [[ $reply != *[=./] ]] || compopt -o nospace 2>/dev/null
    done
}

complete -F _prisim prisim
