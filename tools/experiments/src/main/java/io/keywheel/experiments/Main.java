package io.keywheel.experiments;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The options of `./keywheel experiment rotation`; the launcher prints its `--help`.
@Command(name = "./keywheel experiment rotation")
public final class Main implements Callable<Integer> {

    /// The number of seeds for the page, because one seed may be an outlier.
    private static final int SEEDS = 10;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--seed", defaultValue = "1")
    private long seed;

    @Option(names = "--scenario")
    private @Nullable String scenario;

    @Option(names = "--out", defaultValue = "${sys:keywheel.docs:-docs}")
    private Path out = Path.of("docs");

    /// Compares the strategies.
    public static void main(String[] arguments) {
        System.exit(command().execute(arguments));
    }

    static CommandLine command() {
        return new CommandLine(new Main())
                .setExpandAtFiles(false)
                .setExecutionExceptionHandler((failure, command, _) -> {
                    command.getErr().println("cannot write: " + failure.getMessage());
                    return 1;
                });
    }

    @Override
    public Integer call() throws IOException {
        PrintWriter console = requireNonNull(spec).commandLine().getOut();
        if (scenario == null) {
            Files.createDirectories(out);
            console.println("running " + SEEDS + " seeds ...");
            console.flush();
            var report = new Report(Scenario.ALL, new Results(Scenario.ALL, seed, SEEDS));
            write(out, report, SharingTable.of(seed).section());
            console.println("written: " + out.resolve("rotation-figures.md") + " and its charts");
        } else if (scenario.equals(SharingTable.NAME)) {
            console.print(SharingTable.of(seed).section());
        } else {
            Scenario chosen = chosen(scenario);
            var report = new Report(List.of(chosen), new Results(List.of(chosen), seed, 1));
            console.print(report.section(chosen) + "\nWhere another strategy does better:\n\n" + report.better());
        }
        console.flush();
        return 0;
    }

    private Scenario chosen(String name) {
        return Scenario.ALL.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new ParameterException(
                        requireNonNull(spec).commandLine(), "There is no scenario '" + name + "'."));
    }

    static void write(Path directory, Report report, String sharing) throws IOException {
        Files.writeString(directory.resolve("rotation-figures.md"), report.page() + "\n" + sharing);
        Files.writeString(directory.resolve("rotation-served.svg"), report.servedChart());
        Files.writeString(directory.resolve("rotation-wasted.svg"), report.wastedChart());
    }
}
