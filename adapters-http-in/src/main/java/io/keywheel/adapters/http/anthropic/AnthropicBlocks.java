package io.keywheel.adapters.http.anthropic;

import io.keywheel.adapters.http.request.Fields;
import io.keywheel.adapters.http.request.UpstreamTools;
import io.keywheel.domain.chat.Part;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Reads content blocks: texts, images, and documents that are text.
///
/// @param tools receives tools that a block adds, and the types of other blocks, which are dropped
record AnthropicBlocks(UpstreamTools<String> tools) {

    List<Part> parts(Fields fields, String name) {
        return fields.nonEmptyContent(name, "blocks", this::parts);
    }

    List<Part> parts(Fields block) {
        String type = block.required("type");
        return switch (type) {
            case "text" -> text(block.textOr("text", ""));
            case "image" -> List.of(image(block));
            case "document" -> titled(Stream.of("title", "context"), block, document(block));
            case "search_result" -> titled(Stream.of("title", "source"), block, parts(block, "content"));
            case "compaction" -> text(block.textOr("content", ""));
            case "tool_addition" -> addTool(block);
            case "tool_reference" -> text("Loaded: " + block.required("tool_name"));
            default -> {
                tools.drop(type);
                yield List.of();
            }
        };
    }

    private static List<Part> text(String text) {
        return text.isEmpty() ? List.of() : List.of(new Part.Text(text));
    }

    private List<Part> addTool(Fields block) {
        Fields definition = block.requiredInner("tool").inner("definition");
        if (definition != null) {
            AnthropicTools.offer(definition, block, tools);
        }
        return List.of();
    }

    private static Part image(Fields block) {
        Fields source = block.requiredInner("source");
        return switch (source.required("type")) {
            case "base64" ->
                new Part.Image("data:" + source.required("media_type") + ";base64," + source.required("data"), null);
            case "url" -> new Part.Image(source.required("url"), null);
            default -> throw source.invalid("type", "must be base64 or url: the gateway keeps no files");
        };
    }

    private List<Part> document(Fields block) {
        Fields source = block.requiredInner("source");
        return switch (source.required("type")) {
            case "text" -> text(source.required("data"));
            case "content" -> parts(source, "content");
            // At these words, Claude Code leaves the document out of the conversation, and continues.
            default -> throw source.invalid("type", "must be text or content: the gateway does not support PDF input");
        };
    }

    private static List<Part> titled(Stream<String> names, Fields block, List<Part> content) {
        String title = names.map(name -> block.textOr(name, ""))
                .filter(value -> !value.isEmpty())
                .collect(Collectors.joining("\n"));
        return Stream.concat(text(title).stream(), content.stream()).toList();
    }
}
