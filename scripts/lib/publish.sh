# shellcheck shell=bash
# Builds coi and coid from the checkout into artifacts/publish, laid out as they are installed: bin/coi, lib/coi/coid. Needs ui.sh, system.sh.

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE=1
# The SDK refuses to start on a machine without ICU; neither the build nor what is built asks for it (InvariantGlobalization).
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
# Build servers outlive the build by many minutes and keep its output open.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
NO_SERVERS=(--disable-build-servers)
# Analysers have had their say when the tests were built; here they would only cost time.
NO_ANALYSERS=(-p:RunAnalyzers=false -p:EnforceCodeStyleInBuild=false)

has_sdk() { command -v dotnet >/dev/null 2>&1 && dotnet --list-sdks 2>/dev/null | any_line '^10\.'; }

# A .NET 10 SDK on the PATH; one in a usual place counts, and so does one that the distribution can install.
ensure_dotnet() {
  local place
  if has_sdk; then return 0; fi
  for place in "${DOTNET_ROOT:-}" "$HOME/.dotnet" /usr/share/dotnet /usr/lib/dotnet /opt/dotnet; do
    if [[ -n $place && -x $place/dotnet ]] && PATH=$place:$PATH has_sdk; then
      export PATH=$place:$PATH
      return 0
    fi
  done
  if has_apt; then
    if ! package_available dotnet-sdk-10.0 && ! apt_lists_fresh; then
      require_root "Reading the package lists"
      step "Reading the package lists" apt_update
    fi
    if package_available dotnet-sdk-10.0; then ensure_packages "Installing the .NET SDK" dotnet-sdk-10.0; fi
    if has_sdk; then return 0; fi
  fi
  die "The .NET 10 SDK is missing" "'dotnet --list-sdks' names no 10.x and the package sources have no dotnet-sdk-10.0" \
    "install the .NET 10 SDK (see 'Install .NET on Linux' in Microsoft's documentation), then run this again"
}

rid() {
  case $(uname -m) in
    x86_64) echo linux-x64 ;;
    aarch64 | arm64) echo linux-arm64 ;;
    *) die "coi cannot be built here" "processor $(uname -m) is neither x86_64 nor aarch64" "use another machine" ;;
  esac
}

# Ahead-of-time compilation links with gcc against zlib.
can_link_aot() { command -v gcc >/dev/null 2>&1 && printf '#include <zlib.h>\nint main(void){return 0;}\n' | gcc -x c -o /dev/null - -lz 2>/dev/null; }

publish_cli() {
  local out=$1 extra=()
  if [[ $COI_AOT == no ]]; then extra=(--self-contained false -p:CoiAot=false -p:PublishSingleFile=true); fi
  dotnet publish src/Coi.Cli -c Release -r "$(rid)" "${extra[@]}" -p:DebugType=none -o "$out" -v minimal "${NO_SERVERS[@]}" "${NO_ANALYSERS[@]}"
  rm -f "$out"/*.dbg "$out"/*.pdb "$out"/*.xml
}

publish_daemon() {
  local out=$1 contained=$2
  dotnet publish src/Coi.Daemon -c Release -r "$(rid)" --self-contained "$contained" -p:PublishReadyToRun=true -o "$out" -v minimal "${NO_SERVERS[@]}" "${NO_ANALYSERS[@]}"
  rm -f "$out"/*.xml
}

# What the programs are made of: the same sum means the same programs.
source_sum() {
  {
    echo "aot=$COI_AOT $(uname -m) $(dotnet --version)"
    find src images hocon Directory.Build.props Directory.Packages.props global.json -type f -not -path '*/bin/*' -not -path '*/obj/*' 2>/dev/null |
      LC_ALL=C sort | xargs -d '\n' sha256sum
  } | sha256sum | cut -d' ' -f1
}

publish_all() {
  local out=$1 sum
  # Before the build: what is changed while it runs is not in it.
  sum=$(source_sum)
  rm -rf "$out.new"
  mkdir -p "$out.new/bin" "$out.new/lib/coi"
  publish_cli "$out.new/bin"
  publish_daemon "$out.new/lib/coi" false
  # A coid that does not find the SDK's runtime by itself gets one of its own.
  if ! runtime_is_found; then
    echo "the .NET runtime of this SDK is in no standard place: coid gets its own copy"
    rm -rf "$out.new/lib/coi"
    publish_daemon "$out.new/lib/coi" true
  fi
  echo "$sum" >"$out.new/sum"
  rm -rf "$out"
  mv "$out.new" "$out"
}

# The places in which a program looks for the runtime without any variable set.
runtime_is_found() {
  local place
  for place in "$(cat /etc/dotnet/install_location 2>/dev/null || true)" /usr/share/dotnet /usr/lib/dotnet; do
    if [[ -n $place ]] && compgen -G "$place/shared/Microsoft.AspNetCore.App/10.*" >/dev/null; then return 0; fi
  done
  return 1
}

# ensure_published DIR [BEFORE]: builds unless DIR already holds this very source; BEFORE runs first then, so that what would be refused
# after minutes is refused at once.
ensure_published() {
  local out=$1 before=${2:-:}
  # Assigned apart, so that a failure ends the script.
  if [[ -z ${COI_AOT:-} ]]; then
    COI_AOT=yes
    can_link_aot || COI_AOT=no
  fi
  export COI_AOT
  if [[ $COI_AOT == no ]]; then
    warn "coi is built without ahead-of-time compilation (it needs gcc and zlib's headers): it works the same, but each command starts in about 60 ms instead of 5 and needs the .NET runtime"
  fi
  if [[ -f $out/sum && $(cat "$out/sum") == "$(source_sum)" ]]; then
    say "  ✓ coi and coid are built"
    return 0
  fi
  "$before"
  hint "read the log; if packages could not be fetched, check that 'dotnet restore' works"
  step "Building coi and coid (one to three minutes)" publish_all "$out"
}
