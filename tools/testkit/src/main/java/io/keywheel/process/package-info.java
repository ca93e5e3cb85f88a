/// Programs in processes of their own, and what they hold.
@NullMarked
package io.keywheel.process;

import org.jspecify.annotations.NullMarked;
