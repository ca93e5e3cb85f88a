package io.keywheel.simulator;

import static io.keywheel.simulator.Provider.CEREBRAS;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AutoClose;

/// A simulator with two keys at Groq and one at Cerebras, each of its own organisation, and a client.
abstract class SimulatorFixture {

    static final String STREAM = ",\"stream\":true";

    @AutoClose
    final Simulator simulator = Simulator.start(Scenario.withSeed(7)
            .key(GROQ, Client.GROQ_KEY, "org_a")
            .key(GROQ, "gsk_two", "org_b")
            .key(CEREBRAS, Client.CEREBRAS_KEY, "org_c"));

    @AutoClose
    final Client client = new Client(simulator);

    /// Asserts the statuses of one chat with Groq after the other.
    final void assertGroqAnswers(int... statuses) {
        for (int status : statuses) {
            assertEquals(status, client.groq("").statusCode());
        }
    }
}
