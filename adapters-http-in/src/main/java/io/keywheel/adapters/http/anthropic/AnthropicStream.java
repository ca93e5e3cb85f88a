package io.keywheel.adapters.http.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.answers.Block;
import io.keywheel.adapters.http.answers.BlockStream;
import io.keywheel.adapters.http.errors.ErrorResponse;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.json.TextTemplate;
import io.keywheel.adapters.http.server.SseStream;
import io.keywheel.adapters.http.server.StreamedAnswer;
import io.keywheel.application.port.in.Answer;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.json.WrittenJson;

/// Writes a streamed answer of Anthropic's Messages API. Deltas are assembled from bytes around their text, because
/// one is sent for each token, and the rest is the same.
final class AnthropicStream extends BlockStream implements StreamedAnswer {

    private static final byte[] BLOCK_DELTA = SseStream.eventPrefix("content_block_delta");

    private final SseStream events;
    private final AnthropicMessageWriter writer;
    private final ModelId model;
    private TextTemplate template = new TextTemplate(new byte[0], new byte[0]);
    private Extras finishExtras = Extras.NONE;

    AnthropicStream(SseStream events, AnthropicMessageWriter writer, ModelId model) {
        this.events = events;
        this.writer = writer;
        this.model = model;
    }

    private static TextTemplate delta(Block block, String type, String field) {
        return TextTemplate.of(text -> JsonWriter.written(json -> json.put("type", "content_block_delta")
                .put("index", block.index())
                .putObject("delta", of -> of.put("type", type).put(field, text))));
    }

    @Override
    public void begin() {
        send("message_start", json -> json.putObject("message", message -> writer.writeStart(model, message)));
    }

    @Override
    protected boolean hasReasoning() {
        return writer.thinking();
    }

    @Override
    public void accept(Chunk chunk) {
        for (Piece piece : chunk.pieces()) {
            if (piece.choice() == 0 && piece.finishReason() != null) {
                finishExtras = piece.extras();
            }
        }
        super.accept(chunk);
    }

    @Override
    protected void open(Block block) {
        template = switch (block.kind()) {
            case REASONING -> delta(block, "thinking_delta", "thinking");
            case TEXT, REFUSAL -> delta(block, "text_delta", "text");
            case CALL -> delta(block, "input_json_delta", "partial_json");
        };
        send(
                "content_block_start",
                json -> json.put("index", block.index())
                        .putObject("content_block", of -> writer.writeBlock(block, "", of)));
    }

    @Override
    protected void add(Block block, String text) {
        String sent = block.isWellFormed() ? text : WrittenJson.text(AnthropicMessageWriter.invalid(text));
        events.addAs(BLOCK_DELTA, template.before(), TextTemplate.encoded(sent), template.after());
    }

    @Override
    protected void close(Block block) {
        if (block.kind() == Block.Kind.REASONING) {
            template = delta(block, "signature_delta", "signature");
            add(block, AnthropicMessageWriter.SIGNATURE);
        }
        send("content_block_stop", json -> json.put("index", block.index()));
    }

    @Override
    public void end(Answer answer) {
        endBlocks();
        String reason = AnthropicMessageWriter.stopReason(answer.completion().finishReason(), finishExtras, blocks());
        TokenUsage usage = usage(answer.completion(), writer.command());
        send("message_delta", json -> {
            json.putObject("delta", of -> AnthropicMessageWriter.writeStop(reason, of));
            AnthropicMessageWriter.writeUsage(usage, json);
        });
        send("message_stop", _ -> {});
    }

    @Override
    public void fail(ErrorResponse error, ObjectNode body) {
        events.addAs(SseStream.eventPrefix("error"), JsonWriter.bytes(body));
    }

    private void send(String type, JsonWriter.Fields fields) {
        events.addAs(SseStream.eventPrefix(type), JsonWriter.written(json -> fields.write(json.put("type", type))));
    }
}
