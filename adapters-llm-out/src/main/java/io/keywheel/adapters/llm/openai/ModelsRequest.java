package io.keywheel.adapters.llm.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.llm.transport.AttemptDeadline;
import io.keywheel.adapters.llm.transport.BoundedBodies;
import io.keywheel.adapters.llm.transport.Transport.Request;
import io.keywheel.adapters.llm.transport.Transport.Response;
import io.keywheel.adapters.llm.transport.TransportException;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.json.JsonReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Asks a provider which models it has for a key.
record ModelsRequest(Endpoint endpoint) {

    private static final int LARGEST_LIST = 4 << 20;

    ModelsReply ask(KeySlot key, Duration timeLeft) {
        AttemptDeadline attemptDeadline = AttemptDeadline.forList(endpoint.timeouts(), timeLeft);
        Request request = new Request(endpoint.models(), endpoint.headers(key, "application/json", false), null);
        try (Response response = endpoint.transport().send(request, attemptDeadline)) {
            return response.successful()
                    ? list(response, attemptDeadline)
                    : new ModelsReply.Failed(endpoint.failures().read(response, attemptDeadline));
        } catch (TransportException e) {
            return new ModelsReply.Failed(e.failure(attemptDeadline));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new ModelsReply.Failed(new Failure.Cancelled());
        }
    }

    private ModelsReply list(Response response, AttemptDeadline attemptDeadline)
            throws TransportException, InterruptedException {
        try (var share = endpoint.memory().share()) {
            byte[] bytes = BoundedBodies.whole(response.body(), attemptDeadline, LARGEST_LIST, share);
            return endpoint.memory().read(bytes.length, () -> read(JsonReader.tree(bytes)));
        }
    }

    /// An id with a part of a key in it is no model's, and would be shown to all.
    ///
    /// OpenAI, Groq, Cerebras: `{"data":[{"id":…}]}`. Together and some others: the bare list.
    private ModelsReply read(JsonNode root) {
        JsonNode rows = root.isArray() ? root : root.path("data");
        if (!rows.isArray()) {
            return new ModelsReply.Failed(new Failure.Unavailable("what it sent is no list of models", null));
        }
        List<ModelId> models = new ArrayList<>();
        for (JsonNode row : rows) {
            String id = row.path("id").asText("");
            // Groq marks what it no longer serves.
            if (ModelId.isValid(id)
                    && !endpoint.mask().isShownBy(id)
                    && row.path("active").asBoolean(true)) {
                models.add(new ModelId(id));
            }
        }
        return new ModelsReply.Listed(models.stream().distinct().toList());
    }
}
