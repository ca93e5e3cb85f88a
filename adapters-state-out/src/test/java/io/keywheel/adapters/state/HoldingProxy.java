package io.keywheel.adapters.state;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// A proxy between a gateway and the store. It delays the reply to a command with one text until a command with
/// another text arrives on the same connection.
final class HoldingProxy implements AutoCloseable {

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch released = new CountDownLatch(1);
    private final String first;
    private final String last;
    private volatile boolean holds;

    HoldingProxy(int storePort, String first, String last) throws IOException {
        this.first = first;
        this.last = last;
        var _ = threads.submit(() -> {
            while (true) {
                Socket gateway = server.accept();
                var store = new Socket(InetAddress.getLoopbackAddress(), storePort);
                var isFree = new Semaphore(1);
                var _ = threads.submit(() -> commands(gateway.getInputStream(), store.getOutputStream(), isFree));
                var _ = threads.submit(() -> replies(store.getInputStream(), gateway.getOutputStream(), isFree));
            }
        });
    }

    RedisSharedState.Address address() {
        return TestGateway.address(server.getLocalPort());
    }

    /// Starts to delay replies.
    void hold() {
        holds = true;
    }

    /// Whether the second text came while replies were held.
    boolean isReleasedWithin(int seconds) throws InterruptedException {
        return released.await(seconds, TimeUnit.SECONDS);
    }

    private Void commands(InputStream in, OutputStream out, Semaphore isFree) throws Exception {
        var bytes = new byte[8192];
        var held = new StringBuilder();
        for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
            String text = new String(bytes, 0, length, ISO_8859_1);
            int begin = held.isEmpty() && holds ? text.indexOf(first) : 0;
            if (begin >= 0 && holds) {
                if (held.isEmpty()) {
                    isFree.acquire();
                }
                held.append(text.substring(begin));
                if (held.indexOf(last) >= 0) {
                    holds = false;
                    isFree.release();
                    released.countDown();
                }
            }
            out.write(bytes, 0, length);
        }
        return null;
    }

    private static Void replies(InputStream in, OutputStream out, Semaphore isFree) throws Exception {
        var bytes = new byte[8192];
        for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
            isFree.acquire();
            isFree.release();
            out.write(bytes, 0, length);
        }
        return null;
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }
}
