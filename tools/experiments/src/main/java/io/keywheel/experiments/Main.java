package io.keywheel.experiments;

import io.keywheel.experiments.rotation.RotationExperiment;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/// `./keywheel experiment`.
public final class Main {

    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments), System.out, System.err));
    }

    static int run(List<String> arguments, PrintStream out, PrintStream err) {
        if (arguments.contains("--help")) {
            out.println(Options.HELP + "The scenarios: " + RotationExperiment.names());
            return 0;
        }
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            return WRONG_USAGE;
        }
        var experiment = new RotationExperiment(options.seed());
        return options.scenario() == null
                ? write(experiment, options, out, err)
                : print(experiment, options.scenario(), out, err);
    }

    private static int write(RotationExperiment experiment, Options options, PrintStream out, PrintStream err) {
        try {
            experiment.write(options.out(), seed -> out.println("playing all scenarios with seed " + seed + " ..."));
        } catch (IOException e) {
            err.println("cannot write into " + options.out() + ", which must be a directory that may be written to ("
                    + e.getMessage() + ")");
            return FAILED;
        }
        out.println("written: " + options.out().resolve("rotation-experiment.md") + " and its pictures");
        return 0;
    }

    private static int print(RotationExperiment experiment, String scenario, PrintStream out, PrintStream err) {
        var table = experiment.table(scenario);
        if (table.isEmpty()) {
            err.println("there is no scenario " + scenario + "; there are " + RotationExperiment.names());
            return WRONG_USAGE;
        }
        out.print(table.get());
        return 0;
    }
}
