package io.keywheel.bootstrap.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/// A copy of the launcher with fake sources, JDKs and Maven.
final class Checkout {

    /// Prints how it was called, and the folder of the file descriptor 9.
    static final String FAKE_JAVA = """
            #!/bin/sh
            case $* in *XshowSettings*) echo "    java.home = $(dirname "$(dirname "$0")")" >&2; exit;; esac
            echo "java=$0 pid=$$ in=$PWD lib=$(cd /proc/self/fd/9/ 2>/dev/null && pwd -P) LC_ALL=$LC_ALL arguments=$*"
            env | sed -n /^KEYWHEEL_/p
            """;

    private static final String FAKE_MAVEN = """
            #!/bin/sh
            case $1 in --version) echo "Apache Maven 3.8.7"; exit;; esac
            echo "$*" >> ../builds
            [ ! -e ../testless ] || exit 0
            echo "[INFO] Tests run: 4, Failures: 1, Errors: 0, Skipped: 1, Time elapsed: 1 s -- in OneTest"
            echo "[ERROR] Tests run: 4, Failures: 1, Errors: 0, Skipped: 1"
            echo "[INFO] Tests run: 10, Failures: 0, Errors: 0, Skipped: 0"
            echo "[INFO] Building Keywheel :: Domain 0.1.0                       [2/14]"
            echo "[INFO] --- compiler:3.14.1:compile (default-compile) @ keywheel-domain ---"
            if [ -p ../download ]; then
                echo "[INFO] Downloading from central: https://host.example/a/b-1.jar"
                timeout 60 cat ../download >/dev/null
            fi
            [ ! -e ../nodeless ] || echo "node is not on PATH: the npm clients were not tested"
            [ ! -e ../broken ] || { echo "[ERROR] what is wrong"; exit 1; }
            [ ! -e ../slow ] || sleep 0.3
            mkdir -p bootstrap/target/app tools/demo/target/app
            touch bootstrap/target/app/keywheel.jar tools/demo/target/app/demo.jar
            """;

    private final Path root;
    private final Path bin;
    private final Path jvms;

    Checkout(Path directory) throws IOException {
        root = Files.createDirectories(directory.resolve("check out"));
        bin = Files.createDirectories(directory.resolve("bin"));
        jvms = Files.createDirectories(directory.resolve("jvms"));
        Files.createDirectories(root.resolve(".mvn"));
        Files.createDirectories(source().getParent());
        Files.writeString(root.resolve("pom.xml"), "");
        Files.writeString(root.resolve("bootstrap/pom.xml"), "");
        Files.createDirectories(root.resolve("tools/demo/src/main"));
        Files.writeString(root.resolve("tools/demo/pom.xml"), "");
        Files.writeString(source(), "");
        String script = Files.readString(Path.of("..", "keywheel")).replace("/usr/lib/jvm", jvms.toString());
        executable(root.resolve("keywheel"), script);
        program("id", "#!/bin/sh\necho 1000\n");
        program("mvn", FAKE_MAVEN);
    }

    Path script() {
        return root.resolve("keywheel");
    }

    Path source() {
        return root.resolve("bootstrap/src/main/Main.java");
    }

    /// The first directory of PATH, for fake programs.
    Path bin() {
        return bin;
    }

    Path state() {
        return root.resolve(".keywheel");
    }

    /// The arguments of each Maven call, except for version queries.
    List<String> builds() throws IOException {
        Path builds = root.resolveSibling("builds");
        return Files.exists(builds) ? Files.readAllLines(builds) : List.of();
    }

    /// Makes builds download until the returned file is written.
    Path downloads() throws IOException, InterruptedException {
        return fifo("download");
    }

    /// Makes builds report their progress quickly.
    void showProgressImmediately() throws IOException {
        executable(script(), Files.readString(script()).replace("PROGRESS_INTERVAL=5", "PROGRESS_INTERVAL=0"));
    }

    /// Makes builds take longer than the start of another one.
    void slowDown() throws IOException {
        Files.writeString(root.resolveSibling("slow"), "");
    }

    /// Makes builds train the AOT cache with the launcher, as `packaging/train` does, and save a source meanwhile.
    void train() throws IOException {
        executable(root.resolve("packaging/train"), """
                #!/bin/sh
                ! true 2>/dev/null >&9 || exit 1
                source="$(dirname "$1")/bootstrap/src/main/Main.java"
                sleep 0.02
                touch "$source"
                timeout 60 "$1" serve || exit 1
                touch -t 202001010000 "$source"
                """);
    }

    /// Makes builds train forever, once the returned file is read.
    Path trainForever() throws IOException, InterruptedException {
        Path fifo = fifo("training");
        executable(root.resolve("packaging/train"), "#!/bin/sh\n: >'" + fifo + "'\nexec tail -f /dev/null\n");
        return fifo;
    }

    /// Makes a named pipe beside the checkout.
    Path fifo(String name) throws IOException, InterruptedException {
        Path fifo = root.resolveSibling(name);
        assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
        return fifo;
    }

    /// Makes builds fail.
    void breakSources() throws IOException {
        Files.writeString(root.resolveSibling("broken"), "");
    }

    /// Installs a fake JDK in the system's directory.
    Path systemJdk(String version) throws IOException {
        return jdk(jvms.resolve("jdk-" + version), version);
    }

    Path jdk(Path home, String version) throws IOException {
        executable(home.resolve("bin/java"), FAKE_JAVA);
        executable(home.resolve("bin/javac"), "");
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        return home;
    }

    void program(String name, String script) throws IOException {
        executable(bin.resolve(name), script);
    }

    static void executable(Path file, String script) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
