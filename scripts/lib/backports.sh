# shellcheck shell=bash
# Debian 12 has Incus only in bookworm-backports. The entry is derived from the machine's own apt sources (same URI, same keyring, other
# suite), so that mirrors and proxies of the machine go on being used. Needs ui.sh and system.sh.

BACKPORTS_FILE=/etc/apt/sources.list.d/coi-backports.sources

backports_configured() { apt-cache policy 2>/dev/null | any_line "n=$1\b\|a=$1\b"; }

# Prints "URI<TAB>signed-by" of the first source that carries SUITE's main component, in deb822 or one-line form.
apt_source_of_suite() {
  local suite=$1 files=()
  shopt -s nullglob
  files=(/etc/apt/sources.list.d/*.sources)
  if ((${#files[@]})); then
    awk -v suite="$suite" '
      function flush() { if (uri != "" && hit && types ~ /(^| )deb( |$)/ && enabled != "no") { print uri "\t" key; exit } uri = ""; key = ""; hit = 0; types = ""; enabled = "" }
      FNR == 1 { flush() }
      /^[[:space:]]*$/ { flush(); next }
      /^#/ { next }
      tolower($1) == "types:" { types = substr($0, index($0, ":") + 1) " " }
      tolower($1) == "enabled:" { enabled = tolower($2) }
      tolower($1) == "uris:" { uri = $2 }
      tolower($1) == "signed-by:" { key = $2 }
      tolower($1) == "suites:" { for (i = 2; i <= NF; i++) if ($i == suite) hit = 1 }
      END { flush() }' "${files[@]}" | head -n 1 | grep . && return 0
  fi
  # Either may be missing, and awk fails for a file that is.
  files=(/etc/apt/sources.list.d/*.list)
  if [[ -f /etc/apt/sources.list ]]; then files=(/etc/apt/sources.list "${files[@]}"); fi
  if ((${#files[@]} == 0)); then return 1; fi
  awk -v suite="$suite" '
    $1 == "deb" {
      key = ""; i = 2
      if ($2 ~ /^\[/) { for (; i <= NF; i++) { o = $i; gsub(/[][]/, "", o); if (o ~ /^signed-by=/) key = substr(o, 11); if ($i ~ /\]$/) { i++; break } } }
      if ($(i + 1) == suite) { print $i "\t" key; exit }
    }' "${files[@]}" | head -n 1 | grep .
}

write_backports_source() {
  local codename=$1 line uri key
  line=$(apt_source_of_suite "$codename") || {
    printf 'no apt source with suite %s was found in /etc/apt\n' "$codename"
    return 1
  }
  uri=${line%%$'\t'*}
  key=${line#*$'\t'}
  {
    printf '# Added by coi for Incus; same archive and key as %s itself.\nTypes: deb\nURIs: %s\nSuites: %s-backports\nComponents: main\n' "$codename" "$uri" "$codename"
    [[ -z $key ]] || printf 'Signed-By: %s\n' "$key"
  } | as_root tee "$BACKPORTS_FILE" >/dev/null
  apt_update
}
