namespace IntegrationTests.Seccomp;

/// <summary>The programs of the recorded containers.</summary>
internal static class Workloads
{
    /// <summary>A program with threads that talk over sockets, a child, signals and a timer.</summary>
    public const string PythonProgram = """
        import os, signal, socket, subprocess, threading, time

        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(8)

        def answer():
            for _ in range(8):
                connection, _peer = listener.accept()
                connection.sendall(connection.recv(100))
                connection.close()

        def ask(number):
            with socket.create_connection(listener.getsockname()) as connection:
                connection.sendall(b"%d" % number)
                assert connection.recv(100) == b"%d" % number

        threads = [threading.Thread(target=answer)] + [threading.Thread(target=ask, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        signal.signal(signal.SIGALRM, lambda *_: None)
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        time.sleep(0.1)
        local = socket.socket(socket.AF_UNIX)
        local.bind("/tmp/socket")
        os.unlink("/tmp/socket")
        print(subprocess.check_output(["/bin/echo", "done"], text=True), end="")
        """;

    private const string Shell = """
        set -e
        trap : USR1
        kill -USR1 $$
        mkdir /tmp/a
        for i in 1 2 3; do echo $i | cat >>/tmp/a/numbers; done
        test "$(sort -r /tmp/a/numbers | head -n 1)" = 3
        (sleep 0.1) &
        wait
        ls -l / >/tmp/a/list
        cp /tmp/a/list /tmp/a/copy
        chmod 600 /tmp/a/copy
        rm -r /tmp/a
        echo done
        """;

    // The first two lines make the calls of a client without a server in every run, however soon the server starts.
    private const string Redis = """
        set -e
        sleep 0.1
        if redis-cli ping >/tmp/pong 2>&1; then exit 1; fi
        redis-server --save '' --dir /tmp --logfile /tmp/log --port 6379 &
        until redis-cli ping >/tmp/pong 2>&1; do sleep 0.1; done
        redis-cli set key value
        test "$(redis-cli get key)" = value
        redis-cli bgsave
        while redis-cli info persistence | grep -q rdb_bgsave_in_progress:1; do sleep 0.1; done
        redis-cli shutdown nosave
        wait
        echo done
        """;

    private const string Nginx = """
        set -e
        cat >/tmp/get.py <<'END'
        import time, urllib.request
        while True:
            try:
                assert len(urllib.request.urlopen("http://127.0.0.1/").read()) > 100
                break
            except OSError:
                time.sleep(0.1)
        END
        python3 /tmp/get.py & first=$!
        sleep 0.1
        nginx -g 'daemon off;' & nginx=$!
        wait $first
        python3 - $nginx <<'END'
        import os, signal, sys, time
        def parent(process):
            try:
                with open("/proc/%s/stat" % process) as stat:
                    return stat.read().rsplit(")", 1)[1].split()[1]
            except OSError:
                return ""
        def workers():
            return {process for process in os.listdir("/proc") if process.isdigit() and parent(process) == sys.argv[1]}
        old = workers()
        os.kill(int(sys.argv[1]), signal.SIGHUP)
        time.sleep(0.01)
        while not workers() or workers() & old:
            time.sleep(0.01)
        END
        python3 /tmp/get.py
        kill -QUIT $nginx
        wait
        echo done
        """;

    /// <summary>Returns the command line of a workload, which ends by printing "done".</summary>
    public static string[] CommandLine(string name) => name switch
    {
        "shell" => ["sh", "-c", Shell],
        "python" => ["python3", "/talk.py"],
        "redis" => ["sh", "-c", Redis],
        _ => ["sh", "-c", Nginx],
    };
}
