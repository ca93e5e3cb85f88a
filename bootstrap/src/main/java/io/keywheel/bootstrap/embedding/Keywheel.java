package io.keywheel.bootstrap.embedding;

import io.keywheel.application.port.in.BadSettingsException;
import io.keywheel.application.port.in.ChatUseCase;
import io.keywheel.application.port.in.GatewayStatusUseCase;
import io.keywheel.application.port.in.ModelsUseCase;
import io.keywheel.bootstrap.adapters.Adapters;
import io.keywheel.bootstrap.gateway.GatewayRuntime;
import io.keywheel.bootstrap.settings.Settings;
import io.keywheel.bootstrap.settings.SettingsReport;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A key pool embedded in this program. It opens no port.
///
/// Thread-safe; one instance is enough for a program.
///
/// ```java
/// try (var keywheel = Keywheel.open(System.getenv())) {
///     var command = ChatCommand.of(Conversation.of(Message.user("Hello!")));
///     System.out.println(keywheel.chats().chat(command).completion().text());
/// }
/// ```
public final class Keywheel implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger("io.keywheel.settings");

    private final GatewayRuntime runtime;
    private final Adapters adapters;

    private Keywheel(GatewayRuntime runtime, Adapters adapters) {
        this.runtime = runtime;
        this.adapters = adapters;
    }

    /// Opens the pool that `settings` describe. In the background, it requests the providers' lists of models
    /// now and every hour. It sends nothing else before the first chat. With a shared state, it waits up to a
    /// second for the state of other gateways.
    ///
    /// @param settings the gateway's variables by name, such as `GROQ_API_KEYS`. Those of the HTTP listener are
    ///     validated, but have no effect. `KEYWHEEL_DATA` is ignored: only the gateway stores usage
    /// @throws BadSettingsException if a value is invalid, no provider has a key, or an adapter refuses its
    ///     settings
    public static Keywheel open(Map<String, String> settings) {
        return open(settings, Adapters.installed());
    }

    static Keywheel open(Map<String, String> settings, Adapters adapters) {
        var runtime = GatewayRuntime.open(read(settings, adapters));
        runtime.keepModelsFresh();
        return new Keywheel(runtime, adapters);
    }

    private static Settings read(Map<String, String> settings, Adapters adapters) {
        var missing = settings.entrySet().stream()
                .filter(setting -> setting.getValue() == null)
                .map(setting -> setting.getKey() + " is null")
                .sorted()
                .toList();
        if (!missing.isEmpty()) {
            throw new BadSettingsException(missing);
        }
        var read = new HashMap<>(settings);
        read.remove("KEYWHEEL_DATA");
        return usable(Settings.read(read, adapters));
    }

    private static Settings usable(SettingsReport report) {
        report.warnings().forEach(warning -> LOG.log(Level.WARNING, warning));
        report.notices().forEach(notice -> LOG.log(Level.INFO, notice));
        Settings read = report.settings().orElseThrow(() -> new BadSettingsException(report.problems()));
        if (read.providers().isEmpty()) {
            throw new BadSettingsException(List.of("no provider has a key: set GROQ_API_KEYS or CEREBRAS_API_KEYS, or"
                    + " with KEYWHEEL_PROVIDERS a key of a provider that it names"));
        }
        return read;
    }

    /// Switches to new settings. Keys in both settings keep their state, unless their provider's base URL
    /// changes; retired keys are tried again. Removed keys get no new requests; their running requests
    /// continue. New timeouts and limits apply from the next chat. `KEYWHEEL_MAX_WAITING`,
    /// `KEYWHEEL_SHARED_STATE`, its salt, `KEYWHEEL_USAGE_DAYS` and the `OTEL_` variables keep their first value.
    /// Each call loads the jars of `KEYWHEEL_ADAPTERS` again; only providers with new settings use them.
    ///
    /// @param settings the complete settings, as for [#open]
    /// @throws BadSettingsException as [#open]; nothing has changed then
    /// @throws IllegalStateException if the pool is closed
    public void change(Map<String, String> settings) {
        Settings read = read(settings, adapters);
        try {
            runtime.apply(read);
        } catch (BadSettingsException e) {
            throw runtime.isClosed() ? new IllegalStateException("it is closed", e) : e;
        }
    }

    /// Chats over the keys of the pool.
    public ChatUseCase chats() {
        return runtime.useCases().chats();
    }

    /// Lists the models that a chat can name.
    public ModelsUseCase models() {
        return runtime.useCases().models();
    }

    /// Reports the state of the keys.
    public GatewayStatusUseCase status() {
        return runtime.useCases().status();
    }

    /// Closes the connections, and cancels running chats without waiting for their ends. They and all later chats
    /// fail with a [io.keywheel.application.port.in.ChatException], usually a `ChatCancelledException`. A cut
    /// stream may fail with `StreamInterruptedException`, and a chat without fallback with
    /// `AttemptFailedException`. Futures of later chats fail with a
    /// [java.util.concurrent.RejectedExecutionException]. May be called more than once, on any thread. Blocks for
    /// up to five seconds if traces are sent, and for up to two with a shared state.
    @Override
    public void close() {
        runtime.close();
    }
}
