package io.keywheel.demo;

import static io.keywheel.simulator.Provider.CEREBRAS;
import static io.keywheel.simulator.Provider.GROQ;

import io.keywheel.bootstrap.command.Console;
import io.keywheel.bootstrap.gateway.RunningGateway;
import io.keywheel.domain.status.KeyState;
import io.keywheel.simulator.Fault;
import io.keywheel.simulator.KnownError;
import io.keywheel.simulator.Simulator;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/// A dozen chats over HTTP, each of which shows something.
final class Tour {

    private static final String NO_MODEL = "";
    private static final String AT_GROQ = "\"provider\":\"groq\",";
    private static final String NAMED = "\"model\":\"openai/gpt-oss-20b\",";
    private static final Duration LONGEST_COOLDOWN = Duration.ofSeconds(30);

    private final Console console;
    private final RunningGateway gateway;
    private final Simulator simulator;
    private int chats;

    Tour(Console console, RunningGateway gateway, Simulator simulator) {
        this.console = console;
        this.gateway = gateway;
        this.simulator = simulator;
    }

    void give() {
        try (var client = new DemoClient(gateway.address())) {
            rotation(client);
            namedModel(client);
            troubledKeys(client);
            deadProvider(client);
        }
    }

    private void rotation(DemoClient client) {
        chapter("No model named: providers take turns, and within each its keys");
        DemoClient.Reply first = chat(client, "default model", NO_MODEL);
        chat(client, "default model", NO_MODEL);
        chat(client, "default model", NO_MODEL);
        console.say("      the first answer, whole: " + first.body());
        chapter("The same as a stream");
        DemoClient.Reply stream = show(client, "default model", "/api/chat/stream", NO_MODEL);
        console.say("      it came in "
                + stream.body().lines().filter(line -> line.startsWith("data:")).count() + " events");
    }

    private void namedModel(DemoClient client) {
        chapter("A model named: only its provider is asked, its keys in turn");
        for (int i = 0; i < 3; i++) {
            chat(client, "gpt-oss-20b", NAMED);
        }
    }

    private void troubledKeys(DemoClient client) {
        chapter("A key at its rate limit: the next key answers, the limited one cools down");
        simulator.on(GROQ).next(new Fault.RateLimited(Duration.ofSeconds(2)));
        chat(client, "groq's default", AT_GROQ);
        chapter("A key that Cerebras no longer accepts: it is retired");
        simulator.on(CEREBRAS).next(KnownError.INVALID_KEY);
        chat(client, "cerebras' default", "\"provider\":\"cerebras\",");
    }

    private void deadProvider(DemoClient client) {
        chapter("Groq is down: Cerebras answers, and Groq cools down");
        simulator.on(GROQ).always(KnownError.BAD_GATEWAY);
        for (int i = 0; i < 3; i++) {
            chat(client, "default model", NO_MODEL);
        }
        simulator.on(GROQ).clear();
        awaitGroq();
        chapter("Groq is back: one probe finds out, then it is in turn again");
        for (int i = 0; i < 3; i++) {
            chat(client, "default model", NO_MODEL);
        }
    }

    private void chapter(String title) {
        console.say("");
        console.say(title);
    }

    private DemoClient.Reply chat(DemoClient client, String what, String selection) {
        return show(client, what, "/api/chat", selection);
    }

    private DemoClient.Reply show(DemoClient client, String what, String path, String selection) {
        chats++;
        String json = "{%s\"messages\":[{\"role\":\"user\",\"content\":\"Question %d\"}]}".formatted(selection, chats);
        DemoClient.Reply reply = client.post(path, "chat-" + chats, json);
        console.say("  %2d  %-17s -> %d  %-32s %4d ms   %s"
                .formatted(
                        chats,
                        what,
                        reply.status(),
                        reply.answeredBy(),
                        reply.took().toMillis(),
                        reply.attempts()));
        return reply;
    }

    /// Until the cooldowns of the outage are over; each failure doubles them, to some seconds.
    private void awaitGroq() {
        Instant end = Instant.now().plus(LONGEST_COOLDOWN);
        while (groqIsCooling() && Instant.now().isBefore(end)) {
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    private boolean groqIsCooling() {
        return gateway.useCases().status().status().providers().stream()
                .filter(provider -> provider.id().value().equals("groq"))
                .flatMap(provider -> provider.keys().stream())
                .anyMatch(key -> key.state() instanceof KeyState.Cooling);
    }
}
