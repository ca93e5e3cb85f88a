package io.keywheel.adapters.llm.sdk;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keywheel.adapters.llm.memory.AnswerMemory.Share;
import io.keywheel.adapters.llm.transport.AttemptDeadline;
import io.keywheel.adapters.llm.transport.BoundedBodies;
import io.keywheel.adapters.llm.transport.Transport.Body;
import io.keywheel.adapters.llm.transport.TransportException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;

/// The JSON values of one body, as long as there is time.
final class JsonFrames {

    /// What a tree of this many parts takes, 16 MiB at most, a few answers may take at once.
    private static final int MOST_TOKENS = 200_000;

    /// Many times what a model says at once: a broken provider must not use up the gateway's memory.
    private static final int LONGEST = 8 << 20;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    // A table of field names would outlive the answer that they came with.
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxTokenCount(MOST_TOKENS)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Body body;
    private final Framing framing;
    private final AttemptDeadline attemptDeadline;
    private final Share share;
    private final SseReader events;
    private final LineReader lines;
    private final Queue<String> waiting = new ArrayDeque<>();
    private boolean ended;

    /// @param share of what holds the answer
    JsonFrames(Body body, Framing framing, AttemptDeadline attemptDeadline, Share share) {
        this.body = body;
        this.framing = framing;
        this.attemptDeadline = attemptDeadline;
        this.share = share;
        this.events = new SseReader(share);
        this.lines = new LineReader(share);
    }

    /// The next value; a missing node at the end.
    JsonNode next() throws TransportException, InterruptedException {
        if (framing == Framing.JSON) {
            return json(new String(BoundedBodies.whole(body, attemptDeadline, LONGEST, share), StandardCharsets.UTF_8));
        }
        while (true) {
            String text = waiting.poll();
            if (text == null && ended) {
                return JSON.missingNode();
            }
            if (text == null) {
                read();
            } else if (!text.isBlank()) {
                return text.startsWith("[DONE]") ? JSON.missingNode() : json(text);
            }
        }
    }

    private void read() throws TransportException, InterruptedException {
        byte[] bytes = body.next(attemptDeadline);
        ended = bytes == null;
        if (framing == Framing.JSON_LINES) {
            waiting.addAll(bytes == null ? lines.end() : lines.read(bytes));
        } else {
            if (bytes == null) {
                events.end();
            } else {
                events.add(bytes);
            }
            for (SseReader.Event event = events.next(); event != null; event = events.next()) {
                waiting.add(event.data());
            }
        }
    }

    /// A text as JSON; a missing node where it is none.
    static JsonNode jsonIn(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException _) {
            return JSON.missingNode();
        }
    }

    /// Jackson's message repeats a part of the text, and perhaps a key with it.
    private static JsonNode json(String text) throws TransportException {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException _) {
            throw TransportException.broken("what it sent is no JSON", null);
        }
    }
}
