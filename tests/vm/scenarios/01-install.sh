# The package is installed, and registered with Docker, containerd and Podman
# short
. ./lib.sh
apt-get install -y ./ocihooks.deb
equal "$(dpkg-query -W -f '${Version}' ocihooks)" "$(hookctl --version)"

hookctl install docker
equal /usr/bin/runc-wrap "$(docker info --format '{{.Runtimes.hooked.Path}}')"

hookctl install containerd
systemctl restart containerd
await ctr version
contains "$(containerd config dump)" hooked

hookctl install podman
equal yes "$(podman --runtime hooked run --rm --network=none "$image" echo yes)"
