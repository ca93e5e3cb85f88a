package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.json;
import static io.keywheel.simulator.Provider.CEREBRAS;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.simulator.Fault;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Where there is place for one request at a time, the next one finds it free.
@Timeout(60)
class GivingBackTest {

    private static final String HELLO = "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}";

    private final World world = new World(Map.of("KEYWHEEL_MAX_REQUESTS", "1", "KEYWHEEL_REQUEST_TIMEOUT", "2s"));

    @AfterEach
    void close() {
        world.close();
    }

    /// How a request's time in the gateway can end.
    enum Way {
        ANSWERED {
            @Override
            void go(World world) {
                assertEquals(200, world.chat(HELLO).statusCode());
            }
        },
        STREAMED {
            @Override
            void go(World world) {
                assertTrue(world.stream(HELLO).getLast().path("done").asBoolean());
            }
        },
        REFUSED {
            @Override
            void go(World world) {
                assertEquals(400, world.chat("{}").statusCode());
            }
        },
        FAILED {
            @Override
            void go(World world) {
                goesWrong(world, "status:500");

                assertEquals(503, world.chat(HELLO).statusCode());
            }
        },
        OUT_OF_TIME {
            @Override
            void go(World world) {
                goesWrong(world, "hang:before-head");

                assertEquals(504, world.chat(HELLO).statusCode());
            }
        },
        BROKEN_OFF {
            @Override
            void go(World world) {
                goesWrong(world, "cut:after-tokens:3");

                assertEquals(
                        "interrupted",
                        world.stream(HELLO).getLast().path("code").asText());
            }
        },
        LEFT_WAITING {
            @Override
            void go(World world) {
                goesWrong(world, "hang:before-head");

                leave(world, world.client.sendAsync(world.request("/api/chat", HELLO), BodyHandlers.discarding()));
            }
        },
        LEFT_MIDSTREAM {
            @Override
            void go(World world) {
                goesWrong(world, "hang:after-tokens:3");

                leave(
                        world,
                        world.client.sendAsync(world.request("/api/chat/stream", HELLO), BodyHandlers.discarding()));
            }
        },
        ANSWERED_ON_A_SOCKET {
            @Override
            void go(World world) throws InterruptedException {
                try (var socket = socket(world)) {
                    assertEquals("done", socket.last().path("type").asText());
                }
            }
        },
        FAILED_ON_A_SOCKET {
            @Override
            void go(World world) throws InterruptedException {
                goesWrong(world, "status:500");
                try (var socket = socket(world)) {
                    assertEquals(
                            "all_providers_failed", socket.last().path("code").asText());
                }
            }
        },
        CANCELLED_ON_A_SOCKET {
            @Override
            void go(World world) throws InterruptedException {
                goesWrong(world, "hang:after-tokens:3");
                try (var socket = socket(world)) {
                    socket.next();

                    socket.cancel("a");

                    assertEquals("cancelled", socket.last().path("code").asText());
                }
            }
        },
        LEFT_ON_A_SOCKET {
            @Override
            void go(World world) throws InterruptedException {
                goesWrong(world, "hang:after-tokens:3");
                try (var socket = socket(world)) {
                    socket.next();
                }
            }
        };

        abstract void go(World world) throws InterruptedException;

        private static void goesWrong(World world, String fault) {
            world.simulator.on(GROQ).always(Fault.named(fault));
            world.simulator.on(CEREBRAS).always(Fault.named(fault));
        }

        private static void leave(World world, CompletableFuture<?> answer) {
            Waiting.until(() -> !world.chats().isEmpty());
            answer.cancel(true);
        }

        private static ChatSocket socket(World world) {
            var socket = ChatSocket.open(world.client, world.gateway.address()).opened();
            socket.ask("a", "Hello");
            return socket;
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void a_place_is_given_back_whichever_way_a_request_ends(Way way) throws Exception {
        way.go(world);

        world.simulator.clearFaults();
        Waiting.until(() -> !json(world.chat(HELLO)).path("code").asText().equals("unavailable"));
    }
}
