package io.keywheel.adapters.llm.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.llm.openai.Dialect.Trait;
import io.keywheel.adapters.llm.redaction.SecretRedactor;
import io.keywheel.adapters.llm.sdk.EventReader.Event;
import io.keywheel.adapters.llm.sdk.Framing;
import io.keywheel.adapters.llm.sdk.HttpCall;
import io.keywheel.adapters.llm.sdk.Protocol;
import io.keywheel.adapters.llm.transport.FailureException;
import io.keywheel.adapters.llm.transport.Headers;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.Target;
import io.keywheel.json.JsonReader;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/// OpenAI's chat completions, in a provider's dialect.
final class OpenAiProtocol implements Protocol {

    private final ProviderSettings settings;
    private final Dialect dialect;
    private final FailureReader failures;
    private final URI completions;

    /// The instance of each key for the default model. Those for named models, which clients may choose freely, are not
    /// cached.
    private final ConcurrentMap<KeySlot, Instance> cached = new ConcurrentHashMap<>();

    /// The parts of a request that depend only on its key and model. Immutable, because requests share it.
    record Instance(RequestWriter body, HttpCall whole, HttpCall stream) {}

    OpenAiProtocol(ProviderSettings settings, Dialect dialect, SecretRedactor secretRedactor) {
        this.settings = settings;
        this.dialect = dialect;
        this.failures = new FailureReader(secretRedactor);
        this.completions = URI.create(settings.baseUrl() + "/chat/completions");
    }

    /// The instance for `target`: cached on Path A, new on Path B.
    Instance instance(Target target) {
        KeySlot key = target.key().slot();
        if (!target.defaultModel()) {
            return newInstance(key, target.model());
        }
        return cached.compute(
                key,
                (_, old) -> old != null && old.body().model().equals(target.model())
                        ? old
                        : newInstance(key, target.model()));
    }

    private Instance newInstance(KeySlot key, ModelId model) {
        return new Instance(
                new RequestWriter(dialect, model), chat(key, "application/json"), chat(key, "text/event-stream"));
    }

    private HttpCall chat(KeySlot key, String accepted) {
        return HttpCall.prepared(completions).header("Accept", accepted).bearer(settings.key(key));
    }

    @Override
    public HttpCall chat(LlmCall call, boolean streamed) {
        Instance instance = instance(call.target());
        HttpCall prepared = streamed ? instance.stream() : instance.whole();
        return prepared.with(instance.body().write(call, streamed));
    }

    @Override
    public Framing framing() {
        return Framing.SERVER_SENT_EVENTS;
    }

    @Override
    public Failure refusal(int status, Headers headers, byte[] body) {
        return failures.read(status, headers, body);
    }

    @Override
    public boolean countsCachedTokens() {
        return !dialect.has(Trait.CACHED_TOKENS_UNCOUNTED);
    }

    @Override
    public RateLimitStatus rateLimitStatus(Headers headers) {
        return RateLimitReader.read(headers);
    }

    @Override
    public HttpCall list(KeySlot key) {
        return HttpCall.get("/models").header("Accept", "application/json").bearer(settings.key(key));
    }

    /// OpenAI, Groq, Cerebras: `{"data":[{"id":…}]}`. Together and some others: the bare list.
    @Override
    public List<ModelId> models(byte[] list) throws FailureException {
        JsonNode root = JsonReader.tree(list);
        JsonNode rows = root.isArray() ? root : root.path("data");
        List<ModelId> models = new ArrayList<>();
        for (JsonNode row : rows) {
            String id = row.path("id").asText("");
            // Gemini lists `models/gemini-2.5-flash`; its documentation and clients omit the prefix.
            if (row.path("owned_by").asText().equals("google")) {
                id = id.replaceFirst("^models/", "");
            }
            // Groq marks models that it no longer serves.
            if (ModelId.isValid(id) && row.path("active").asBoolean(true)) {
                models.add(new ModelId(id));
            }
        }
        if (models.isEmpty()) {
            throwIfPresent(failures.readError(list, Headers.NONE));
        }
        if (!rows.isArray()) {
            throw FailureException.because("its answer is not a list of models");
        }
        return models;
    }

    private static void throwIfPresent(@Nullable Failure failure) throws FailureException {
        if (failure != null) {
            throw new FailureException(failure);
        }
    }

    @Override
    public Reader reader(Headers headers) {
        return new AnswerParser(failures, headers, new ChunkTemplate(), new ToolCallNumbers());
    }

    private record AnswerParser(FailureReader failures, Headers headers, ChunkTemplate template, ToolCallNumbers calls)
            implements Reader {

        @Override
        public Chunk next(Event event) throws FailureException {
            Chunk known = event.name() == null ? template.read(event.bytes(), event.from(), event.to()) : null;
            if (known != null) {
                return known;
            }
            AnswerReader.Event read = AnswerReader.event(event.bytes(), event.from(), event.to(), calls);
            if (read == null || event.isError() || ErrorBody.mayBeIn(read.chunk())) {
                throwIfPresent(failures.readError(event, headers));
            }
            if (read == null) {
                throw FailureException.because("the stream has an event that is no JSON");
            }
            template.learn(read, event.bytes(), event.from(), event.to());
            return read.chunk();
        }

        @Override
        public Chunk whole(byte[] answer) throws FailureException {
            Chunk chunk = AnswerReader.answer(answer);
            if (chunk == null || ErrorBody.mayBeIn(chunk)) {
                throwIfPresent(error(answer));
            }
            if (chunk == null) {
                throw FailureException.because("its answer is not a chat completion");
            }
            return chunk;
        }

        @Override
        public @Nullable Failure error(byte[] body) {
            return failures.readError(body, headers);
        }
    }
}
