package io.keywheel.contract;

import static io.keywheel.contract.AdapterUnderTest.Form.STREAM;
import static io.keywheel.contract.AdapterUnderTest.Form.WHOLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.failover.Failure.Kind;
import io.keywheel.domain.routing.ModelId;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Checks of the requests, in both forms.
interface Requests extends AdapterUnderTest {

    /// Surrounding blanks are kept.
    @Test
    default void sends_the_text_of_every_message() {
        Message[] messages = Stream.concat(
                        Stream.of(Message.system(" words-of-the-system "), Message.system(" more-of-the-system ")),
                        IntStream.range(0, 12)
                                .mapToObj(i -> i % 2 == 0
                                        ? Message.user(" words-of-the-user-" + i + " ")
                                        : Message.assistant(" words-of-the-model-" + i + " ")))
                .toArray(Message[]::new);
        String[] texts = Stream.of(messages)
                .map(message -> ((Part.Text) message.content().getFirst()).text())
                .toArray(String[]::new);
        asking(call(messages), adapter -> adapter.assertSent("", texts));
    }

    /// Most formats escape quotes, backslashes or lines.
    @Test
    default void sends_text_unchanged() {
        String text = " \"Zażółć\" \\ {gęślą}\n日本語 </p> %41 🦊 ".repeat(100);
        asking(call(Message.user(text)), adapter -> {
            String body = wire().unescaped(adapter.request().body());
            assertTrue(body.contains(text), body);
        });
    }

    @Test
    default void sends_each_text_of_a_message() {
        for (Role role : List.of(Role.SYSTEM, Role.USER, Role.ASSISTANT)) {
            String first = "first-words-of-" + role;
            String second = "second-words-of-" + role;
            List<Part> texts = List.of(new Part.Text(first), new Part.Text(second));
            var message = new Message(role, texts, List.of(), null, Extras.NONE);
            asking(call(Message.user("Hello"), message), adapter -> adapter.assertSent("", first, second));
        }
    }

    @Test
    default void sends_a_later_system_message() {
        Message later = Message.system("words-of-the-later-system");
        asking(
                call(Message.user("Hello"), Message.assistant("Hi"), later, Message.user("Go on")),
                adapter -> adapter.assertSent("", "words-of-the-later-system"));
    }

    /// An additional message adds its role once, and no other role.
    @Test
    default void sends_the_role_of_every_message() {
        var user = Message.user("Hello");
        inEachForm(form -> {
            List<Long> base = roles(form, user);
            assertEquals(List.of(1L, 0L, 0L), difference(base, roles(form, Message.system("Be short"), user)));
            assertEquals(List.of(0L, 0L, 1L), difference(base, roles(form, user, Message.assistant("Hi"))));
        });
    }

    /// The developer role is sent with its own name or as the system role, never as a user, and not in its turn.
    @Test
    default void sends_a_developer_message_never_as_user() {
        var user = Message.user("Hello");
        var developer = Message.of(Role.DEVELOPER, "Be short");
        inEachForm(form -> {
            List<Long> more = difference(roles(form, user), roles(form, developer, user));
            assertEquals(List.of(0L, 0L), more.subList(1, 3));
            assertNotEquals(body(form, Message.user("Be short"), user), body(form, developer, user));
        });
    }

    @Test
    default void sends_the_role_of_a_tool_result() {
        given(wire().toolCalls("look_up", List.of("{}")));
        var user = Message.user("Look");
        Message[] answered = {
            user, FeatureSupport.calling(FeatureSupport.UP), FeatureSupport.result(FeatureSupport.UP, "snow")
        };
        inEachForm(form ->
                assertEquals(count(Role.TOOL, body(form, user)) + 1, count(Role.TOOL, body(form, answered))));
    }

    /// How often the body contains the names of the system, user and assistant roles.
    private List<Long> roles(Form form, Message... messages) {
        String body = body(form, messages);
        return Stream.of(Role.SYSTEM, Role.USER, Role.ASSISTANT)
                .map(role -> count(role, body))
                .toList();
    }

    private long count(Role role, String body) {
        return Pattern.compile("\\b" + wire().role(role) + "\\b")
                .matcher(body)
                .results()
                .count();
    }

    private String body(Form form, Message... messages) {
        try (var adapter = answering(form)) {
            adapter.ask(form, call(messages));
            return adapter.request().body();
        }
    }

    private static List<Long> difference(List<Long> base, List<Long> more) {
        return IntStream.range(0, base.size())
                .mapToObj(i -> more.get(i) - base.get(i))
                .toList();
    }

    /// The two requests differ in their body or target.
    @Test
    default void asks_for_a_stream_only_when_streaming() {
        try (var adapter = answering()) {
            adapter.ask(WHOLE);
            adapter.ask(STREAM);
            List<String> sent = adapter.server.exchanges().stream()
                    .map(request -> request.target() + "\n" + request.body())
                    .toList();
            assertNotEquals(sent.getFirst(), sent.getLast());
        }
    }

    @Test
    default void sends_the_model_of_the_call() {
        for (String id : List.of("Another-Model", "vendor/another-model")) {
            inEachForm(form -> {
                try (var adapter = answering(form)) {
                    target(adapter, form, new ModelId(id)).ifPresent(target -> {
                        String body = wire().unescaped(adapter.request().body());
                        assertTrue(target.contains("*") || body.contains(id), id + " is not in " + body);
                    });
                }
            });
        }
    }

    /// Such as that of a proxy in front of the provider.
    @Test
    default void keeps_the_path_of_the_base_url() {
        inEachForm(form -> {
            try (var adapter = answering(form);
                    LlmPort port = port(adapter.server.baseUrl() + "/in/front", LONG_TIMEOUTS, Map.of(), SECRET)) {
                answered(form.ask(port, hello(LONG), _ -> {}));
                String target = adapter.request().target();
                assertTrue(target.startsWith("/in/front/"), target);
            }
        });
    }

    /// An id in a URL must be escaped, and must not redirect the request and its key to another path.
    @Test
    default void escapes_the_model_id_in_the_request_target() {
        inEachForm(form -> {
            try (var adapter = answering(form)) {
                String plain = target(adapter, form, MODEL).orElseThrow();
                for (String id :
                        List.of("a^b", "a|b", "a{b}", "a#b", "a?b=c", "../a", "a/b", "..", "a%2Fb", "a\"b<c>\\d`")) {
                    target(adapter, form, new ModelId(id)).ifPresent(target -> assertEquals(plain, target, id));
                }
            }
        });
    }

    /// The request target, with `*` for the model's id; empty if the adapter refuses the id without sending
    /// anything.
    private Optional<String> target(AdapterFixture adapter, Form form, ModelId model) {
        int before = adapter.server.exchanges().size();
        LlmReply reply = adapter.ask(form, hello(1, model));
        if (adapter.server.exchanges().size() == before) {
            assertEquals(Kind.MODEL_UNAVAILABLE, failed(reply).kind());
            return Optional.empty();
        }
        URI target = URI.create(adapter.server.exchanges().getLast().target());
        String escaped = URLEncoder.encode(model.value(), StandardCharsets.UTF_8);
        // In some protocols, a slash of the id separates segments of the path. After a dot, it would redirect.
        String segments = escaped.replaceAll("(?<!\\.)%2F", "/");
        return Optional.of(target.toString().replace(escaped, "*").replace(segments, "*"));
    }

    @Test
    default void sends_the_key_of_the_call() {
        asking(hello(2, MODEL), adapter -> assertTrue(wire().showsKey(adapter.request(), OTHER_SECRET)));
    }

    @Test
    default void sends_no_key_to_a_keyless_provider() {
        assumeTrue(provider().defaults().keyless());
        inEachForm(form -> {
            try (var adapter = answering(form);
                    LlmPort port = port(adapter.server.baseUrl(), LONG_TIMEOUTS, Map.of(), "")) {
                answered(form.ask(port, hello(LONG), _ -> {}));
                String head = adapter.request().head().toLowerCase(Locale.ROOT);
                assertFalse(head.contains("\nauthorization:"), head);
            }
        });
    }

    @Test
    default void sends_requests_concurrently() {
        inEachForm(form -> {
            var all = new CyclicBarrier(4);
            try (var adapter = open(exchange -> {
                all.await(LONG.toMillis() / 2, TimeUnit.MILLISECONDS);
                hello(form).serve(exchange);
            })) {
                var calls = Stream.generate(() -> pending(() -> adapter.ask(form)))
                        .limit(4)
                        .toList();
                for (var call : calls) {
                    answered(call.reply().get(LONG.toSeconds(), TimeUnit.SECONDS));
                }
            }
        });
    }
}
