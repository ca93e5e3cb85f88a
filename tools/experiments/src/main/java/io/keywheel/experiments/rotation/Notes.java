package io.keywheel.experiments.rotation;

/// What a table does not say by itself.
final class Notes {

    private Notes() {}

    /// A paragraph on `scenario`; empty where its table speaks for itself.
    static String on(Scenario scenario) {
        return switch (scenario.name()) {
            case "overload-waiting" -> """
                    Why half of those served waited nearly a minute: with Keywheel, as with the omniscient, whoever came first
                    is served first. At 150 % the line grows until it is as long as the patience; from then on everybody waits
                    about a minute, and whoever has not been served by then is refused: the third that is too much, less what
                    the limits had in store at the start. The rules with a small median have hardly more to give (*of
                    capacity*). They answer newcomers at once, while whoever was refused comes back at the wrong moments
                    until its patience is over; those who starve so have no delay in this table. A delay may exceed the
                    patience by about a second: whoever is at its end while the outcome of a call under way decides whether
                    there is room [waits for that](decisions/0004-waiting-for-a-trial.md), and who is refused then still
                    tries the keys that are ready.

                    """;
            case "overload-misjudged" -> """
                    The same requests as in `overload-waiting`; what Keywheel takes their tokens for is off by a factor between a
                    third and three. No other rule looks at tokens.

                    """;
            case "overload-slow-refusals" -> """
                    The same requests as in `overload-waiting`; a call that has not been refused within a second counts as
                    admitted with Keywheel, and here it may still be refused.

                    """;
            case "overload-slow-answers" -> """
                    The same times of arrival and sizes as in `overload-waiting`. What an answer says is left is heard long
                    after it was true; meanwhile others have been let in. No other rule of the field listens to answers, so that
                    it makes no difference to them.

                    """;
            case "overload-mixed" -> """
                    A large request takes up to 7000 of the 8000 tokens that a key may hold: it is answered where a key has
                    been left alone for most of a minute, while the small ones that came later would be answered at once.

                    """;
            case "outage" -> """
                    Requests come often here, so that a rule without memory knocks at what is dead several times a second.

                    """;
            default -> "";
        };
    }
}
