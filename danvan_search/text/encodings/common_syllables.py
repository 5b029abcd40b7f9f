"""The most frequent Vietnamese syllables with marks: nine of ten marked syllables of a text.

They decide between encodings that give well-formed syllables alike: ``tờ`` and ``tẹ``. Source:
counts over the paragraphs of the Vietnamese Wikipedia, without syllables of one letter.
"""

from typing import Final

_LIST: Final = """
và của là các một có được năm người với thành đã những quốc từ vào không chính này công sự tại
đến số như đầu thể đó về dân để nước quân nhà thế trên nhất tháng nhiều bị cũng đại ngày thời
ông học đồng hội lại việt hiện pháp việc bộ chiến phát khác kỳ động chỉ định làm chủ nhân thống
lập bản lớn quyền sử liên giáo giới hành hơn cách tế còn độ cuộc tây dụng hình họ tự văn bắc
tiếng đông phần trường nhưng bằng lý phải thứ lượng sản cùng địa cả thực thường châu hệ xuất hợp
trị thuộc tiên chức viên tính trước lực giải nó cơ đối cộng mà vị phố nguyên thông điều hàng
phía vùng trở tổng hóa kết tên đường loại gọi đội rằng tiếp đất phủ nhận gồm mỹ bình tới vì xã
tỉnh thì thị phương trình nhiên tạo sẽ nghĩa thủ vực mới hòa đạo khoảng triển lên đây tổ hoặc
toàn cấp bắt vụ tư mặt thức nhật chế hoàng nghiệp giữa điểm bởi cầu tác vật đảo phân đi rất
truyền ngoài nên bảo thái đánh trọng tăng đặc biệt đề lần viện dùng nội hà đổi kỷ sĩ vẫn đức
tiến năng chúng lãnh mình cổ trận điện thiết máy tiền tử lịch tài giá tập tâm âm đô chất triều
tích cuối đảng sông thuật tộc ảnh ngữ vương đế tương chuyển hải dịch sách nơi hiệu tiêu nói yếu
luật sống dưới nhạc biển biến diễn triệu diện gần đình chiếm sở bên đều thương hiệp dương quyết
âu miền tình đoàn hoạt đá cử đấu rộng phẩm bóng nền dù phục lưu kế khí ứng nổi nhóm đang nghị
nghệ dài nhập nằm thấy trưởng dựng xây nguyễn bán dẫn bố dự hồ bất thiên bỏ đặt trí viết thổ
kiến nhiệm vũ báo mạnh phòng lệ tục thần cư hậu độc sơn đa tướng quả đơn nguồn biểu cứu huyện
hoàn nào nhỏ đời nữ mở hưởng đưa thắng tiểu mỗi chương chống chí phụ quá chữ tấn ngoại liệu lợi
mùa giữ biết ngôn tất mục hạ phổ hộ từng ký sát sáng kể dạng cần trợ mạng vận tôn tỷ vô niên tàu
bầu vấn phản tuyên mặc hướng đạt lúc quản án ấn hạn ước tượng vậy mã lục thư cái thêm sân đoạn
đóng núi ít hữu vệ đồ kiện phép hồi gây nông thân thập hầu biên nếu nghiên lạc hết giảm dục trực
tìm mức cá lễ thuyết tuổi riêng xác hán bài màu đài tưởng thủy câu cải bà hạt sắc ăn phá chưa
thích tố mô cảnh giả quảng mất chuẩn bại giờ sức vàng loài giúp quần trò đứng kiểm giành thuận
khẩu lấy cố phạm thất vòng nhiệt áp giống chứng yêu khỏi trần nhằm khiến khả gốc mọi bệnh ngành
quận chấp tân thượng chọn khách bàn chết lê tông tuyến hiến môn mại dụ ngôi thấp chuyên cây dòng
đào lệnh tốt xô lĩnh phóng tín ủy tồn vài tức cực địch kỹ luận trái đáng dựa trẻ muốn chơi nữa
phiên thúc lớp chiếc cảm chịu lộ xếp cửa tịch cứ lời lâu xuống sư ngân chúa hạng phái tòa cô
hồng tuyển chạy phú lâm xuyên trúc đủ cáo thánh tôi trạng chân hát lương ủng ví yên trì hoạch
soát kích cấu rồi càng tả giáp cạnh dần trấn buộc đốc áo nối kéo cập quý tối bờ tầng thiếu khởi
rõ xử đổ vốn điển tốc gặp thờ cụ làng chiều hỗ nghiệm tiết đôi giám hoá trưng niệm tái trào phật
thừa bảng khối ương dành cũ trả sắt lược trách kiểu xứ trời xâm chú mối bốn luôn lửa khó đương
khá mẫu dầu dấu mẹ phúc đỏ tuần vượt ánh đàn thơ bổ trụ cảng sóng xảy ngô hưng vĩnh mật rút đảm
cận phó chứa góp thoại suốt hại toán sâu môi nặng bạc gì cường phiếu rừng sứ trừ mông phận nhìn
xét hàn đích dễ nhờ đột phí kháng tội tỉ hôn căn xuân lòng lạp tách giấy thuế thiện hương mạc
cánh bức trắng đầy diệt chóng phán giết phù suất bước gái băng lá khắp ổn tống trương vừa luyện
tước tệ ngắn thác tạp loạn thảo khoản phối rập thạch bạn vọng mắt đẩy kính cấm nạn hiểm nắm khắc
đăng đem khúc đen liệt bí cầm bãi tần khánh tùy mạch loạt họa đỉnh tiện thụy mưa ấy trải đà cát
hiểu phê hoà cục tắc kê dữ kiếm chảy ngọc ngăn giản trữ mỏ hùng hỏi cắt nửa chiếu liền chẳng
khủng bắn tứ cuốn tầm trồng ngược vạn khảo bồ bậc chỉnh ưu bá tô kẻ thuốc mềm thôn nghề thẩm
lượt thật chùa thuyền nổ lính đọc họp hãng bác nô chủng lẫn sơ phường dãy nỗ nghiêm quán ngũ
pháo đẳng vịnh nâng thịnh võ cương gửi phạt kỉ trăm thiệu đền thụ kịch thậm nuôi sớm thí thăng
tàn huấn chỗ buổi buôn gắn cờ xạ chấm vợ tải đúng vân biện khăn hủy cựu tán nhĩ chuyện dọc màn
chuyến nhớ thưởng hút bào thiểu rời đĩa súng đẹp úc đêm dậy món dạy mộ ích nóng xúc tránh gỗ
thỏa hàm sáu nghèo vĩ siêu hơi bánh viễn thẳng cứng trùng nhánh tường giàu hè nhiễm sửa bề trú
lẽ kênh thăm hấp tờ xưa hòn giác mưu tận tỏ dứt sài khổng kém chăm sẵn bày mười đàm liêu khoáng
đòi lào đai lựa ràng bạo dâm luân quỹ vườn tắt trích thù thịt đan xương phức lối đới tuyệt gió
ẩm thoát kì hạm mệnh rã vợt trục thú thọ thử mẽ đáp bật hoảng trịnh tàng lưới rơi rãi khô thiệt
gòn bạch đo tụ tù lăng tháp lạnh cân mét đoán chép khái giảng xưng tạm hiếm dây chặn khổ truyện
khóa bến chợ đồn khiển ngàn dư
"""

COMMON_SYLLABLES: Final = frozenset(_LIST.split())
"""The 1,000 most frequent marked syllables, in lower case and NFC."""
