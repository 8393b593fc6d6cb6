# shellcheck shell=bash
# Runs test projects and checks, counts what they say, prints failures readably. Needs ui.sh, system.sh.

PASSED=0 FAILED=0 SKIPPED=0

# Attribute NAME of the <Counters> element of a TRX file.
trx_counter() { sed -n 's/.*<Counters [^>]*\b'"$2"'="\([0-9]*\)".*/\1/p' "$1" | head -n 1; }

# Names and messages of what failed, from the TRX file: message and the first lines of the trace.
trx_failures() {
  awk '
    function clean(s) { gsub(/<[^>]*>/, "", s); gsub(/&lt;/, "<", s); gsub(/&gt;/, ">", s); gsub(/&quot;/, "\"", s); gsub(/&#x[dD];/, "", s); gsub(/&#x[aA];/, "\n", s); gsub(/&amp;/, "\\&", s); return s }
    /<UnitTestResult / && /outcome="Failed"/ { name = $0; sub(/.* testName="/, "", name); sub(/".*/, "", name); print "\n    ✗ " clean(name); failed = 1 }
    failed && /<Message>/ { message = 1 }
    message { print "        " clean($0) }
    /<\/Message>/ { message = 0 }
    failed && /<StackTrace>/ { trace = 1; lines = 0 }
    trace && lines++ < 8 { print "        " clean($0) }
    /<\/StackTrace>/ { trace = 0 }
    /<\/UnitTestResult>/ { failed = 0; message = 0; trace = 0 }
  ' "$1"
}

# What runs a test project: as root where its tests make users and network namespaces, whoever called this.
suite_runner() {
  local project=$1 name
  RUNNER=()
  if ((EUID == 0)) || [[ ${fast:-no} == yes || $project != *@(Daemon|EndToEnd).Tests* ]]; then return 0; fi
  RUNNER=(sudo -n -- env "PATH=$PATH:/usr/sbin:/sbin" HOME=/root)
  for name in COI_TEST_PROGRAMS TEST_RESULTS COI_TEST_NETWORK COI_TEST_KILLS COI_TEST_SOAK COI_TEST_ROUNDS COI_TEST_NETWORKS COI_TEST_SEED DOTNET_ROOT DOTNET_CLI_TELEMETRY_OPTOUT DOTNET_NOLOGO CI; do
    if [[ -n ${!name:-} ]]; then RUNNER+=("$name=${!name}"); fi
  done
}

# run_suite PROJECT MINUTES FILTER : one test project, already built.
run_suite() {
  local project=$1 minutes=$2 filter=$3 name results arguments=() began=$SECONDS rc=0 total passed failed skipped RUNNER
  name=$(basename "$project" .csproj)
  results=$TEST_RESULTS/$name.trx
  rm -f "$results"
  [[ -z $filter ]] || arguments=(--filter "$filter")
  ui_is_terminal || printf '  … %s\n' "$name"
  ui_ticker_start "$name"
  # A suite that hangs says which test it hangs in; timeout is the net below that.
  suite_runner "$project"
  timeout --kill-after=30 "${minutes}m" "${RUNNER[@]}" dotnet test "$project" -c Release --no-build --nologo \
    --logger "trx;LogFileName=$results" --logger "console;verbosity=normal" --blame-hang --blame-hang-timeout "${HANG_MINUTES:-6}m" --blame-hang-dump-type none \
    --results-directory "$TEST_RESULTS" "${arguments[@]}" </dev/null >>"$UI_LOG" 2>&1 || rc=$?
  ui_ticker_stop
  ((${#RUNNER[@]} == 0)) || as_root chown -R "$(id -u):$(id -g)" "$TEST_RESULTS"
  if [[ -s $results ]]; then
    total=$(trx_counter "$results" total) passed=$(trx_counter "$results" passed) failed=$(trx_counter "$results" failed)
  fi
  passed=${passed:-0} failed=${failed:-0} total=${total:-0}
  skipped=$((total - passed - failed))
  # A suite that ended badly without a failed test (crash, hang, no test at all) is a failure of its own.
  if ((rc != 0 && failed == 0)) || ((total == 0 && rc == 0)) && [[ -z $filter ]]; then failed=$((failed + 1)) && rc=1; fi
  PASSED=$((PASSED + passed)) FAILED=$((FAILED + failed)) SKIPPED=$((SKIPPED + skipped))
  if ((failed == 0)); then
    printf '  ✓ %s: %d passed%s (%s)\n' "$name" "$passed" "$( ((skipped == 0)) || printf ', %d skipped' "$skipped")" "$(ui_elapsed $((SECONDS - began)))"
    return 0
  fi
  printf '  ✗ %s: %d passed, %d failed (%s)\n' "$name" "$passed" "$failed" "$(ui_elapsed $((SECONDS - began)))"
  if [[ -s $results ]]; then trx_failures "$results"; fi
  if ((rc != 0)) && [[ ! -s $results || $(trx_counter "$results" failed) == 0 ]]; then
    printf '    it ended with exit code %d; the end of its output:\n' "$rc"
    tail -n 30 "$UI_LOG" | sed 's/^/        /'
  fi
}

# run_check NAME cmd… : anything with an exit code, counted as one test.
run_check() {
  attempt "$@"
  if ((STEP_RC == 0)); then PASSED=$((PASSED + 1)); else FAILED=$((FAILED + 1)); fi
}

# The last line of a run, by which machines read it.
print_totals() {
  if ((SKIPPED > 0)); then
    printf '%d passed, %d failed, %d skipped\n' "$PASSED" "$FAILED" "$SKIPPED"
  else
    printf '%d passed, %d failed\n' "$PASSED" "$FAILED"
  fi
}
