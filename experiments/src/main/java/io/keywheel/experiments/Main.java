package io.keywheel.experiments;

import io.keywheel.experiments.rotation.RotationExperiment;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/// `./keywheel experiment`.
public final class Main {

    private static final int WRONG_USAGE = 2;

    private Main() {}

    public static void main(String[] arguments) throws IOException {
        System.exit(run(List.of(arguments), System.out, System.err));
    }

    static int run(List<String> arguments, PrintStream out, PrintStream err) throws IOException {
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            return WRONG_USAGE;
        }
        var experiment = new RotationExperiment(options.seed());
        if (options.scenario() == null) {
            experiment.write(options.out(), seed -> out.println("playing all scenarios with seed " + seed + " ..."));
            out.println("written: " + options.out().resolve("rotation-experiment.md") + " and its pictures");
            return 0;
        }
        var table = experiment.table(options.scenario());
        if (table.isEmpty()) {
            err.println("there is no scenario " + options.scenario() + "; there are " + RotationExperiment.names());
            return WRONG_USAGE;
        }
        out.print(table.get());
        return 0;
    }
}
