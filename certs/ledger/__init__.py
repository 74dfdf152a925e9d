"""The ledger (账本): what a region issued, archived and handed out, in an order that stays."""
