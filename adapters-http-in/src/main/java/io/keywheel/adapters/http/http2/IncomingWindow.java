package io.keywheel.adapters.http.http2;

/// How much a client may send of all its streams together. What is held of them is bounded by the windows of
/// each: so this one is made wide again as it closes, and a stream that nobody reads holds no other up.
final class IncomingWindow {

    private static final int WIDTH = 1 << 20;
    private static final int FIRST = 65_535;

    private final Outlet outlet;
    private int left = WIDTH;

    IncomingWindow(Outlet outlet) {
        this.outlet = outlet;
    }

    /// Makes it as wide as it will be.
    void greet() {
        outlet.put(Frame.windowUpdate(0, WIDTH - FIRST));
    }

    /// @throws BrokenConnectionException if the client sends more than it may
    void take(int bytes) {
        left -= bytes;
        if (left < 0) {
            throw new BrokenConnectionException(ErrorCode.FLOW_CONTROL_ERROR, "more than the window");
        }
        if (left < WIDTH / 2) {
            outlet.put(Frame.windowUpdate(0, WIDTH - left));
            left = WIDTH;
        }
    }
}
