package io.keywheel.simulator;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// What the command line says.
record Options(Scenario scenario, List<Fault> faults, double faultRate, boolean help) {

    static final String USAGE =
            """
            Usage: simulator [options]

              --host HOST          where to listen (127.0.0.1)
              --port PORT          0 takes a free one (8089)
              --seed NUMBER        of identifiers and of chance (1)
              --first-token TIME   until an answer begins (0ms)
              --pace TIME          between two pieces of a stream (0ms)
              --limits none|free   of each organisation and model: none, or the free plans' (none)
              --fault NAME         makes chats go wrong; may be repeated
              --fault-rate RATE    how many of them, 0 to 1, drawn for each fault in turn (1)
              --help               this text

            Faults: %s
              %s
            """.formatted(String.join(" ", FaultNames.FORMS), String.join("\n  ", FaultNames.plain()));

    /// Two organisations at Groq, one of them with two keys, and two at Cerebras.
    private static Scenario examples(long seed) {
        return Scenario.withSeed(seed)
                .key(Provider.GROQ, "gsk_one", "org_one")
                .key(Provider.GROQ, "gsk_two", "org_two")
                .key(Provider.GROQ, "gsk_two_b", "org_two")
                .key(Provider.CEREBRAS, "csk-one", "org_one")
                .key(Provider.CEREBRAS, "csk-two", "org_two");
    }

    /// @throws IllegalArgumentException with words for whoever wrote the line
    static Options parse(String... line) {
        var words = new ArrayDeque<>(List.of(line));
        var faults = new ArrayList<Fault>();
        var host = "127.0.0.1";
        int port = 8089;
        int seed = 1;
        var firstToken = Duration.ZERO;
        var pace = Duration.ZERO;
        boolean free = false;
        double rate = 1;
        boolean help = false;
        while (!words.isEmpty()) {
            var option = words.pop();
            switch (option) {
                case "--help", "-h" -> help = true;
                case "--host" -> host = value(option, words);
                case "--port" -> port = FaultNames.number(value(option, words), 0, 65_535);
                case "--seed" -> seed = FaultNames.number(value(option, words), 0, Integer.MAX_VALUE);
                case "--first-token" -> firstToken = FaultNames.duration(value(option, words));
                case "--pace" -> pace = FaultNames.duration(value(option, words));
                case "--limits" -> free = free(value(option, words));
                case "--fault" -> faults.add(Fault.named(value(option, words)));
                case "--fault-rate" -> rate = rate(value(option, words));
                default -> throw new IllegalArgumentException("unknown option " + option);
            }
        }
        var scenario = examples(seed).listen(host, port).tempo(firstToken, pace);
        if (free) {
            scenario =
                    scenario.limits(Provider.GROQ, Limits.GROQ_FREE).limits(Provider.CEREBRAS, Limits.CEREBRAS_TRIAL);
        }
        return new Options(scenario, List.copyOf(faults), rate, help);
    }

    private static String value(String option, ArrayDeque<String> words) {
        if (words.isEmpty()) {
            throw new IllegalArgumentException(option + " needs a value");
        }
        return words.pop();
    }

    private static boolean free(String limits) {
        return switch (limits) {
            case "free" -> true;
            case "none" -> false;
            default -> throw new IllegalArgumentException("--limits takes none or free, not " + limits);
        };
    }

    private static double rate(String text) {
        try {
            double rate = Double.parseDouble(text);
            if (rate >= 0 && rate <= 1) {
                return rate;
            }
        } catch (NumberFormatException _) {
            // Said below, in the same words as for a number out of range.
        }
        throw new IllegalArgumentException("--fault-rate takes a number from 0 to 1, not " + text);
    }
}
