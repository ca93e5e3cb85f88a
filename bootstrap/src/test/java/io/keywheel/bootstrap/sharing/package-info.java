/// Tests of where gateways share what they know.
@NullMarked
package io.keywheel.bootstrap.sharing;

import org.jspecify.annotations.NullMarked;
