package io.keywheel.experiments;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "./keywheel experiment rotation",
        description = "Compares Keywheel's rotation with other strategies, in virtual time.",
        mixinStandardHelpOptions = true)
public final class Main implements Callable<Integer> {

    /// The number of seeds for the page, because one seed may be an outlier.
    private static final int SEEDS = 10;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--seed", defaultValue = "1", description = "The first random seed (${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--scenario",
            completionCandidates = Names.class,
            description = "Prints one scenario with that seed and writes nothing: ${COMPLETION-CANDIDATES}.")
    private @Nullable String scenario;

    @Option(
            names = "--out",
            defaultValue = "${sys:keywheel.docs:-docs}",
            description = "The directory for the page and its charts.")
    private Path out = Path.of("docs");

    private static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Stream.concat(Scenario.ALL.stream().map(Scenario::name), Stream.of(SharingTable.NAME))
                    .iterator();
        }
    }

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
        CommandSpec command = requireNonNull(spec);
        PrintWriter console = command.commandLine().getOut();
        if (SharingTable.NAME.equals(scenario)) {
            console.print(SharingTable.of(seed).section());
            console.flush();
            return 0;
        }
        List<Scenario> scenarios = Scenario.ALL.stream()
                .filter(each -> scenario == null || each.name().equals(scenario))
                .toList();
        if (scenarios.isEmpty()) {
            throw new ParameterException(command.commandLine(), "There is no scenario '" + scenario + "'.");
        }
        if (scenario != null) {
            var report = new Report(scenarios, new Results(scenarios, seed, 1));
            console.print(report.section(scenarios.getFirst()) + "\nWhere another strategy does better:\n\n"
                    + report.better());
        } else {
            Files.createDirectories(out);
            console.println("running " + SEEDS + " seeds ...");
            console.flush();
            write(
                    out,
                    new Report(scenarios, new Results(scenarios, seed, SEEDS)),
                    SharingTable.of(seed).section());
            console.println("written: " + out.resolve("rotation-figures.md") + " and its charts");
        }
        console.flush();
        return 0;
    }

    static void write(Path directory, Report report, String sharing) throws IOException {
        Files.writeString(directory.resolve("rotation-figures.md"), report.page() + "\n" + sharing);
        Files.writeString(directory.resolve("rotation-served.svg"), report.servedChart());
        Files.writeString(directory.resolve("rotation-wasted.svg"), report.wastedChart());
    }
}
