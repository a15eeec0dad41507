#!/usr/bin/env bash
# Builds out/ocihooks_VERSION_ARCH.deb from what "make install" installs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
version=$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' Directory.Build.props)
arch=$(dpkg --print-architecture)
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

make --no-print-directory install DESTDIR="$stage" PREFIX=/usr >/dev/null
install -D -m 644 LICENSE "$stage/usr/share/doc/ocihooks/copyright"
install -D -m 644 README.md docs/rules.md docs/hooks.md docs/architecture.md daemon.json.example -t "$stage/usr/share/doc/ocihooks"
gzip -9n <CHANGELOG.md >"$stage/usr/share/doc/ocihooks/changelog.gz"
mkdir -p "$stage/DEBIAN"
echo /etc/ocihooks/config.json >"$stage/DEBIAN/conffiles"
sed -e "s/@VERSION@/$version/" -e "s/@ARCH@/$arch/" \
    -e "s/@SIZE@/$(du -sk --exclude=DEBIAN "$stage" | cut -f1)/" packaging/deb/control.in >"$stage/DEBIAN/control"

# mktemp's directory is private; a package's root is not.
chmod 755 "$stage"
dpkg-deb --root-owner-group -Zxz --build "$stage" "out/ocihooks_${version}_${arch}.deb"
