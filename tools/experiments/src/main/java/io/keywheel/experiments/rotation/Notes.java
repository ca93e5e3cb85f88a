package io.keywheel.experiments.rotation;

/// What a table does not say by itself.
final class Notes {

    private Notes() {}

    /// A paragraph on `scenario`; empty where its table speaks for itself.
    static String on(Scenario scenario) {
        return switch (scenario.name()) {
            case "overload-waiting" -> """
                    Keywheel and the oracle serve first come, first served, so half of the served requests waited nearly a minute.
                    At 150 % the queue grows to the clients' patience; from then on every request waits about a minute, and the
                    excess third is refused. Rules with a small median serve hardly more tokens (*of
                    capacity*): they answer new requests at once, while refused clients retry at the wrong moments
                    until their patience ends. Such starved requests have no delay in this table. A delay may exceed the
                    patience by about a second, because a request [waits for the outcome of a
                    probe](decisions/0004-waiting-for-a-probe.md), and then still tries the ready keys.

                    """;
            case "overload-misjudged" -> """
                    The requests of `overload-waiting`; Keywheel's token estimates are wrong by a factor between a
                    third and three. No other rule uses tokens.

                    """;
            case "overload-slow-refusals" -> """
                    The requests of `overload-waiting`. For Keywheel, a call without a refusal for a second counts as
                    admitted; here it may still be refused.

                    """;
            case "overload-slow-answers" -> """
                    The arrival times and sizes of `overload-waiting`. The remaining quota of an answer is outdated when it arrives,
                    because other calls were admitted meanwhile. No other rule uses it.

                    """;
            case "overload-mixed" -> """
                    A large request needs up to 7000 of a key's 8000 tokens: the key must be idle for most of a minute, while
                    later small requests could be answered at once.

                    """;
            case "outage" -> """
                    Requests are frequent here, so that a rule without memory calls the dead provider several times a second.

                    """;
            default -> "";
        };
    }
}
