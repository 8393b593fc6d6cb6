# shellcheck shell=bash
# The image coi: built by the product itself, remembered by the sum of the files that it is made from. Needs ui.sh.

IMAGE_SUM_PROPERTY=coi.recipe-sum

# recipe_sum CHECKOUT
recipe_sum() {
  (cd "$1" && find images -type f | LC_ALL=C sort | xargs -d '\n' sha256sum) | sha256sum | cut -c1-16
}

has_image() { incus image alias list local: --format=csv | cut -d, -f1 | any_line -x "$1"; }
image_sum() { incus image get-property "local:$1" "$IMAGE_SUM_PROPERTY" 2>/dev/null || true; }

# On a terminal coi shows its own progress. Elsewhere its steps are shown, and the thousands of lines between them go into the log.
build_image() {
  local coi=$1
  shift
  if ui_is_terminal; then
    "$coi" build "$@"
  else
    # sed and not awk: Debian's awk is mawk, which holds what it reads from a pipe back for minutes.
    "$coi" build "$@" </dev/null 2>&1 | tee -a "$UI_LOG" | sed -unE '/^(\[[0-9.]+ s\] |error|hint|Image|Base image|  [A-Z][a-z ]+: )/s/^/  /p'
  fi
}

# ensure_image COI CHECKOUT missing|changed [FLAG...] : builds with these flags when the image is missing, or also when its recipe has changed since.
# Its output is coi's own progress, so it is not a step.
ensure_image() {
  local coi=$1 checkout=$2 when=$3 flags=("${@:4}") sum
  sum=$(recipe_sum "$checkout")${flags[*]}
  if has_image coi; then
    if [[ $when == missing || $(image_sum coi) == "$sum" ]]; then
      say "  ✓ image coi exists"
      return 0
    fi
    say "The image coi is older than its recipe and is built again:"
    flags+=(--force)
  else
    say "Building the image coi (some minutes, once):"
  fi
  build_image "$coi" "${flags[@]}" || die "The image was not built" "coi says why above" "run 'coi build' again when that is settled; 'coi daemon logs' has the details"
  incus image set-property local:coi "$IMAGE_SUM_PROPERTY" "$sum"
}
