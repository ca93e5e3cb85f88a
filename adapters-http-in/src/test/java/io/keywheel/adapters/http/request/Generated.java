package io.keywheel.adapters.http.request;

import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.chat.Tool;
import io.keywheel.domain.chat.ToolCall;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Requests full of what this gateway has never heard of, each with what is to be made of it.
final class Generated {

    /// What was written, and what is to be read.
    record Of<T>(String json, T value) {}

    private final Random random;
    private final Mixture mixture;

    Generated(Random random) {
        this.random = random;
        this.mixture = new Mixture(random);
    }

    /// Messages and tools as a request has them, and extras.
    Of<Map.Entry<Conversation, Extras>> request() {
        var messages = several(1, this::message);
        var tools = several(0, this::tool);
        Extras extras = mixture.extras(0);
        var typed = new LinkedHashMap<String, String>();
        typed.put("messages", array(messages));
        typed.put("tools", array(tools));
        var conversation = new Conversation(values(messages), values(tools), null);
        return new Of<>(mixture.mixed(typed, extras), Map.entry(conversation, extras));
    }

    private Of<Message> message() {
        Role role = mixture.shuffled(List.of(Role.values())).getFirst();
        var typed = new LinkedHashMap<String, String>();
        typed.put("role", Mixture.quoted(role.name().toLowerCase(Locale.ROOT)));
        List<Of<Part>> parts = several(1, this::part);
        typed.put("content", array(parts));
        List<Of<ToolCall>> calls = role == Role.ASSISTANT ? several(0, this::call) : List.of();
        if (!calls.isEmpty()) {
            typed.put("tool_calls", array(calls));
        }
        if (role == Role.TOOL) {
            typed.put("tool_call_id", Mixture.quoted("c"));
        }
        Extras extras = mixture.extras(0);
        var message = new Message(role, values(parts), values(calls), role == Role.TOOL ? "c" : null, extras);
        return new Of<>(mixture.mixed(typed, extras), message);
    }

    private Of<Part> part() {
        Extras extras = mixture.extras(0);
        return switch (random.nextInt(4)) {
            case 0 ->
                new Of<>(
                        mixture.mixed(Map.of("type", "\"text\"", "text", "\"t\""), extras), new Part.Text("t", extras));
            case 1 ->
                new Of<>(
                        mixture.mixed(Map.of("type", "\"image_url\"", "image_url", "{\"url\":\"u\"}"), extras),
                        new Part.Image("u", null, extras));
            case 2 -> {
                var image = mixture.mixed(Map.of("url", "\"u\""), mixture.extras(1));
                yield whole(Map.of("type", "\"image_url\"", "image_url", image), Part.Other::new);
            }
            default -> whole(Map.of("type", "\"file\""), Part.Other::new);
        };
    }

    private Of<Tool> tool() {
        Extras extras = mixture.extras(0);
        return switch (random.nextInt(3)) {
            case 0 -> {
                var schema = Mixture.object(mixture.extras(0).fields());
                var typed =
                        Map.of("type", "\"function\"", "function", "{\"parameters\":" + schema + ",\"name\":\"f\"}");
                yield new Of<>(mixture.mixed(typed, extras), new Tool.Function("f", null, schema, null, extras));
            }
            case 1 -> {
                var function = mixture.mixed(Map.of("name", "\"f\""), mixture.extras(1));
                yield whole(Map.of("type", "\"function\"", "function", function), Tool.Other::new);
            }
            default -> whole(Map.of("type", "\"mcp\""), Tool.Other::new);
        };
    }

    private Of<ToolCall> call() {
        Extras extras = mixture.extras(0);
        var known = Map.of("name", "\"f\"", "arguments", "\"{\"");
        if (random.nextBoolean()) {
            var typed = Map.of("id", "\"c\"", "type", "\"function\"", "function", Mixture.object(known));
            return new Of<>(mixture.mixed(typed, extras), new ToolCall("c", "f", "{", extras));
        }
        var said = Map.of("type", "\"function\"", "function", mixture.mixed(known, mixture.extras(1)));
        Of<Extras> beyond = whole(said, fields -> fields);
        return new Of<>(
                mixture.mixed(Map.of("id", "\"c\""), beyond.value()), new ToolCall("c", "", "", beyond.value()));
    }

    /// What is kept whole, extras and all.
    private <T> Of<T> whole(Map<String, String> typed, Function<Extras, T> made) {
        SequencedMap<String, String> fields = mixture.fields(typed, mixture.extras(0));
        return new Of<>(Mixture.object(fields), made.apply(new Extras(fields)));
    }

    private <T> List<Of<T>> several(int least, Supplier<Of<T>> made) {
        return Stream.generate(made).limit(random.nextInt(least, least + 4)).toList();
    }

    private static <T> List<T> values(List<Of<T>> some) {
        return some.stream().map(Of::value).toList();
    }

    private static <T> String array(List<Of<T>> some) {
        return some.stream().map(Of::json).collect(Collectors.joining(",", "[", "]"));
    }
}
