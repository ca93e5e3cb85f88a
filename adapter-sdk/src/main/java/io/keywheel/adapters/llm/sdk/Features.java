package io.keywheel.adapters.llm.sdk;

import io.keywheel.application.port.out.LlmCall;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.chat.Tool;
import io.keywheel.domain.chat.ToolChoice;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The capabilities that a request needs.
final class Features {

    /// Fields of OpenAI's API that do not change the answer, and its names of the limit, which is part of sampling.
    private static final Set<String> FIELDS_NOT_FOR_THE_MODEL = Set.of(
            "max_tokens",
            "max_completion_tokens",
            "stream_options",
            "user",
            "store",
            "metadata",
            "service_tier",
            "parallel_tool_calls",
            "prompt_cache_key",
            "prompt_cache_retention",
            "prompt_cache_options",
            "safety_identifier");

    /// The values of fields that request nothing. Some clients send them with each request.
    private static final Map<String, Set<String>> DEFAULTS = Map.of(
            "frequency_penalty", Set.of("0", "0.0"),
            "presence_penalty", Set.of("0", "0.0"),
            "logprobs", Set.of("false"),
            "top_logprobs", Set.of("0"),
            "logit_bias", Set.of("{}"),
            "response_format", Set.of("{\"type\":\"text\"}"),
            "modalities", Set.of("[\"text\"]"));

    private Features() {}

    /// The first field of the request, by OpenAI's name, that the format cannot express.
    static Optional<String> firstUnsupported(Format format, LlmCall call) {
        Set<Capability> capabilities = format.capabilities();
        Set<String> fields = format.fields();
        var wanted = new LinkedHashMap<String, Capability>();
        addSampling(wanted, call.sampling());
        addTools(wanted, call.conversation());
        for (Message message : call.conversation().messages()) {
            message.content().forEach(part -> addPart(wanted, part));
            // The name of a tool's message only repeats that of its call.
            String name = message.extras().fields().getOrDefault("name", "null");
            boolean named = message.role() != Role.TOOL && !fields.contains("name");
            put(wanted, "name", Capability.EXTRAS, named && !requestsNothing("name", name));
        }
        call.extras()
                .fields()
                .forEach((name, json) -> put(
                        wanted,
                        name,
                        Capability.EXTRAS,
                        !fields.contains(name)
                                && !FIELDS_NOT_FOR_THE_MODEL.contains(name)
                                && !requestsNothing(name, json)));
        return wanted.entrySet().stream()
                .filter(feature -> !capabilities.contains(feature.getValue()))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static boolean requestsNothing(String name, String json) {
        return json.equals("null") || DEFAULTS.getOrDefault(name, Set.of()).contains(json);
    }

    private static void addSampling(Map<String, Capability> wanted, Sampling sampling) {
        Integer choices = sampling.choices();
        put(wanted, "temperature", Capability.TEMPERATURE, sampling.temperature() != null);
        put(wanted, "top_p", Capability.TOP_P, sampling.topP() != null);
        put(wanted, "max_tokens", Capability.MAX_TOKENS, sampling.maxTokens() != null);
        put(wanted, "stop", Capability.STOP, !sampling.stop().isEmpty());
        put(wanted, "seed", Capability.SEED, sampling.seed() != null);
        put(wanted, "n", Capability.CHOICES, choices != null && choices > 1);
    }

    private static void addTools(Map<String, Capability> wanted, Conversation conversation) {
        List<Tool> tools = conversation.tools();
        List<Message> messages = conversation.messages();
        boolean used =
                messages.stream().anyMatch(message -> !message.toolCalls().isEmpty() || message.toolCallId() != null);
        boolean usedOthers = messages.stream()
                .flatMap(message -> message.toolCalls().stream())
                .anyMatch(call -> call.name().isEmpty());
        ToolChoice choice = conversation.toolChoice();
        put(wanted, "tools", Capability.TOOLS, used || !tools.isEmpty());
        put(wanted, "tool_calls", Capability.EXTRAS, usedOthers);
        put(wanted, "tool_choice", Capability.TOOL_CHOICE, choice != null && choice != ToolChoice.Mode.AUTO);
        for (Tool tool : tools) {
            switch (tool) {
                case Tool.Function function ->
                    put(wanted, "strict", Capability.STRICT_TOOLS, Boolean.TRUE.equals(function.strict()));
                case Tool.Other(var fields) -> wanted.put("tools " + type(fields, "without a type"), Capability.EXTRAS);
            }
        }
    }

    private static void addPart(Map<String, Capability> wanted, Part part) {
        switch (part) {
            case Part.Text _ -> {}
            case Part.Image image -> {
                wanted.put("image_url", Capability.IMAGES);
                put(
                        wanted,
                        "detail",
                        Capability.IMAGE_DETAIL,
                        image.detail() != null && !image.detail().equals("auto"));
            }
            case Part.Other(var fields) -> wanted.put(type(fields, "a part without a type"), Capability.EXTRAS);
        }
    }

    private static String type(Extras fields, String none) {
        return Format.json(fields.fields().getOrDefault("type", "")).asText(none);
    }

    private static void put(Map<String, Capability> wanted, String name, Capability capability, boolean present) {
        if (present) {
            wanted.put(name, capability);
        }
    }
}
