"""Status lists (状态列表): two bits a license, signed, published, and followed day by day."""
