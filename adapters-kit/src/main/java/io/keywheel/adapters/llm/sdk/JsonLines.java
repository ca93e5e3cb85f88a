package io.keywheel.adapters.llm.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.llm.memory.AnswerMemory;
import io.keywheel.application.port.out.ApiKey;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.ChunkSink;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A provider that answers with a JSON object a line: with one for a whole answer, which may take several
/// lines, with several for a stream.
///
/// It does what every adapter must, over the JDK's HTTP client: deadlines, interrupts, connections, bounds,
/// keys that nobody repeats. What is left to say is the provider's [Format].
public final class JsonLines implements LlmPort {

    private final ProviderSettings settings;
    private final Paths paths;
    private final FormatGuard formatGuard;
    private final HttpClient client;
    private final AnswerMemory memory = new AnswerMemory();

    private JsonLines(ProviderSettings settings, Paths paths, Format format, InstantSource clock) {
        this.settings = settings;
        this.paths = paths;
        this.formatGuard = new FormatGuard(settings, format, clock);
        this.client = client(settings);
    }

    /// Gets ready to speak to a provider; nothing is sent yet.
    ///
    /// @throws IllegalArgumentException for a key that cannot be sent
    public static LlmPort open(ProviderSettings settings, Paths paths, Format format) {
        return open(settings, paths, format, InstantSource.system());
    }

    static LlmPort open(ProviderSettings settings, Paths paths, Format format, InstantSource clock) {
        for (ApiKey key : settings.keys()) {
            if (!key.reveal().chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                throw new IllegalArgumentException("a key of " + settings.provider() + " cannot be sent");
            }
        }
        return new JsonLines(settings, paths, format, clock);
    }

    private static HttpClient client(ProviderSettings settings) {
        HttpClient.Builder client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(settings.timeouts().connect());
        String proxy = settings.options().get("proxy");
        if (proxy != null) {
            int colon = proxy.lastIndexOf(':');
            int port = Integer.parseInt(proxy.substring(colon + 1));
            client.proxy(ProxySelector.of(InetSocketAddress.createUnresolved(proxy.substring(0, colon), port)));
        }
        return client.build();
    }

    @Override
    public LlmReply complete(LlmCall call) {
        var chunkAggregator = new ChunkAggregator();
        LlmReply reply = chat(call, false, chunkAggregator::add);
        return reply instanceof LlmReply.Answered(var end, var rateLimitStatus)
                ? new LlmReply.Answered(chunkAggregator.whole(end), rateLimitStatus)
                : reply;
    }

    @Override
    public LlmReply stream(LlmCall call, ChunkSink sink) {
        return chat(call, true, sink);
    }

    private LlmReply chat(LlmCall call, boolean streamed, ChunkSink sink) {
        var httpAttempt = new HttpAttempt(
                settings,
                formatGuard,
                memory,
                new AttemptDeadline(call.timeLeft(), settings.timeouts().firstToken()));
        try (httpAttempt) {
            var request = formatGuard.request(call, streamed);
            httpAttempt.send(client, call.target().key().slot(), paths.chat(), request);
            return httpAttempt.relay(streamed, sink);
        } catch (IOException | InterruptedException e) {
            return new LlmReply.Failed(httpAttempt.failure(e));
        }
    }

    @Override
    public ModelsReply models(KeySlot key, Duration timeLeft) {
        var httpAttempt = new HttpAttempt(settings, formatGuard, memory, new AttemptDeadline(timeLeft));
        try (httpAttempt) {
            httpAttempt.send(client, key, paths.models(), null);
            return new ModelsReply.Listed(httpAttempt.models());
        } catch (IOException | InterruptedException e) {
            return new ModelsReply.Failed(httpAttempt.failure(e));
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    /// What follows the base URL.
    ///
    /// @param chat where chats are asked for, with POST
    /// @param models where the list of models is, with GET
    public record Paths(String chat, String models) {}

    /// How a provider is asked, and how it says things. Fields may be missing in whatever it says, and be of
    /// any type. Several threads ask at once. What it throws makes a failure of what it was asked about.
    public interface Format {

        /// What of the call it cannot be told, as OpenAI calls it: then nothing is sent, and another provider
        /// may be asked. Empty where it can be told all.
        ///
        /// Unless overridden, it is told of words alone and how to choose them, without pictures, tools and the
        /// like.
        default Optional<String> burden(LlmCall call) {
            return PlainText.beyond(call);
        }

        JsonNode request(LlmCall call, boolean streamed);

        /// The words of a message, as one text.
        static String words(Message message) {
            return PlainText.of(message);
        }

        /// What a line says, or a whole answer; that and the last line have a
        /// [io.keywheel.domain.chat.FinishReason]. Empty where it is no part of an answer.
        Optional<Chunk> chunk(JsonNode line);

        /// The words of an error, in a refusal or in the midst of a stream; null where the object is none.
        @Nullable
        String error(JsonNode object);

        /// What an answer means that is no success: one with a status of 400 or more. It is not asked about a
        /// page for browsers, nor about a 403 that is no JSON: then it is not the provider who speaks.
        ///
        /// @param words those of [#error], or else what the body has instead of it, without a telling part of a
        ///     key, and at most a page
        /// @param retryAfter when to come back, where `Retry-After` says so, in seconds or by a date to come
        Failure refusal(int status, String words, @Nullable Duration retryAfter);

        List<ModelId> models(JsonNode list);
    }
}
