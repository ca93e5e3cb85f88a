package io.keywheel.bootstrap.embedding;

import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.BadSettingsException;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.bootstrap.Environment;
import io.keywheel.bootstrap.settings.UnopenedProvider;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Message;
import io.keywheel.simulator.Fault;
import io.keywheel.simulator.Received;
import io.keywheel.simulator.Scenario;
import io.keywheel.simulator.Simulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeywheelTest {

    private static final Conversation HELLO = Conversation.of(Message.user("Hello!"));

    @AutoClose
    private final Simulator simulator =
            Simulator.start(Scenario.withSeed(7).key(GROQ, "gsk_one", "org_1").key(GROQ, "gsk_two", "org_2"));

    private final Map<String, String> settings = with("gsk_one,gsk_two");

    private Map<String, String> with(String keys) {
        return Environment.of(
                "GROQ_API_KEYS=" + keys, "GROQ_BASE_URL=" + simulator.baseUrl(GROQ), "KEYWHEEL_CONNECT_TIMEOUT=60s");
    }

    private static String keyOf(Answer answer) {
        return answer.servedBy().target().key().slot().toString();
    }

    @Test
    void exposes_status_and_models_and_rotates_over_its_keys() {
        try (var keywheel = Keywheel.open(settings)) {
            assertEquals("groq/1", keyOf(keywheel.chats().chat(ChatCommand.of(HELLO))));
            assertEquals("groq/2", keyOf(keywheel.chats().chat(ChatCommand.of(HELLO))));
            assertEquals(
                    2,
                    keywheel.status().overview().providers().getFirst().keys().size());
            assertFalse(keywheel.models().catalog().models().isEmpty());
        }
    }

    @Test
    void change_replaces_the_keys() {
        try (var keywheel = Keywheel.open(with("gsk_one"))) {
            keywheel.change(with("gsk_two"));

            keywheel.chats().chat(ChatCommand.of(HELLO));

            var asked = simulator.requests().stream()
                    .filter(request -> request.path().endsWith("/chat/completions"))
                    .map(Received::key);
            assertEquals(List.of("gsk_two"), asked.toList());
        }
    }

    @Test
    void change_to_invalid_settings_keeps_the_old_keys() {
        try (var keywheel = Keywheel.open(with("gsk_one"))) {
            assertThrows(BadSettingsException.class, () -> keywheel.change(with("gsk_t wo")));

            assertEquals("groq/1", keyOf(keywheel.chats().chat(ChatCommand.of(HELLO))));
        }
    }

    @Test
    void change_after_close_throws() {
        var keywheel = Keywheel.open(with("gsk_one"));
        keywheel.close();

        assertThrows(IllegalStateException.class, () -> keywheel.change(with("gsk_two")));
    }

    @Test
    void open_without_keys_names_the_key_variables() {
        var refusal = assertThrows(BadSettingsException.class, () -> Keywheel.open(Map.of()));

        assertEquals(
                List.of(
                        "no provider has a key: set GROQ_API_KEYS or CEREBRAS_API_KEYS, or with KEYWHEEL_PROVIDERS a key"
                                + " of a provider that it names"),
                refusal.problems());
    }

    @Test
    void null_setting_is_reported_by_name() {
        var nothing = new HashMap<String, @Nullable String>();
        nothing.put("KEYWHEEL_LOG", null);
        nothing.put("GROQ_API_KEYS", null);

        assertEquals(
                List.of("GROQ_API_KEYS is null", "KEYWHEEL_LOG is null"),
                assertThrows(BadSettingsException.class, () -> openAny(nothing)).problems());
    }

    @SuppressWarnings("NullAway") // as a program without such a check does
    private static void openAny(Map<String, @Nullable String> settings) {
        Keywheel.open(settings).close();
    }

    @Test
    void embedded_pool_creates_no_usage_file(@TempDir Path data) {
        var more = new HashMap<>(settings);
        more.put("KEYWHEEL_DATA", data.toString());

        Keywheel.open(more).close();

        assertFalse(Files.exists(data.resolve("usage.db")));
    }

    @Test
    void failing_adapter_is_reported_by_provider() {
        var refusal = assertThrows(
                BadSettingsException.class,
                () -> Keywheel.open(Environment.of("GROQ_API_KEYS=gsk_one"), UnopenedProvider.THREE));

        assertEquals(
                List.of(
                        "The adapter of groq cannot be opened: IllegalStateException: nothing opens with these settings"),
                refusal.problems());
    }

    @Test
    void close_ends_running_chats() throws Exception {
        simulator.on(GROQ).always(Fault.named("hang:before-head"));
        CompletableFuture<Answer> chat;
        try (var keywheel = Keywheel.open(settings)) {
            chat = keywheel.chats().chatAsync(ChatCommand.of(HELLO));
        }

        assertThrows(ExecutionException.class, () -> chat.get(60, TimeUnit.SECONDS));
    }
}
