# shellcheck shell=bash
# What the scripts that fetch from Debian have in common; each begins with it. This machine is a Debian, and its apt-get knows a mirror, which
# has the other suites and architectures as well.

own_release() { sed -n 's/^VERSION_CODENAME=//p' /etc/os-release; }

# The mirror's address.
# shellcheck disable=SC2016 # these are expanded by apt-get and awk
mirror() {
    apt-get indextargets --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
        awk -v suite="$(own_release)" '$1 == suite && $2 == "main" { print $3; exit }'
}

# How this machine's apt-get reaches it, in the form of apt.conf(5).
acquire_options() { apt-config dump Acquire | grep -E '^Acquire::(Check|Retries|https?::)' || true; }

# own_apt DIRECTORY SUITE ARCHITECTURE: an apt of a suite's own, below a directory, which believes that nothing is installed: so it downloads
# all that a program is linked with. It sets the options that apt-get takes it by, own_apt_options.
own_apt() {
    local apt=$1 suite=$2 architecture=$3
    mkdir -p "$apt"/lists/partial "$apt"/archives/partial "$apt"/etc
    : >"$apt/status"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(mirror) $suite main" >"$apt/sources.list"
    own_apt_options=(-o "APT::Architecture=$architecture" -o "APT::Architectures=$architecture" -o "Dir::Etc::SourceList=$apt/sources.list"
        -o "Dir::Etc::SourceParts=$apt/etc" -o "Dir::State::Lists=$apt/lists" -o "Dir::State::Status=$apt/status"
        -o "Dir::Cache::Archives=$apt/archives" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o Debug::NoLocking=1
        -o APT::Sandbox::User=root -o APT::Install-Recommends=false)
    apt-get "${own_apt_options[@]}" update -qq
}
