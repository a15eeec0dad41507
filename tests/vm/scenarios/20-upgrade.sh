# An upgrade under running containers: they go on, and end with their hooks
. ./lib.sh
record_stage createRuntime poststop
docker run --detach --runtime=hooked --name old "$image" sleep 100000
apt-get install -y ./ocihooks-next.deb
equal "$(dpkg-query -W -f '${Version}' ocihooks)" 9.9.9

equal in "$(docker exec old echo in)"
docker run --detach --runtime=hooked --name new "$image" sleep 100000
docker rm --force old new
both_ended() { [ "$(grep -c ^poststop "$state/hooks.log")" = 2 ]; }
await both_ended
apt-get install -y --allow-downgrades ./ocihooks.deb
